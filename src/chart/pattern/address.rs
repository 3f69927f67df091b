//! Address ranges: their shape as a pattern, and what tells that no bits stand behind their prefix as a template.
//!
//! A pattern that told both would be the dearest part of the whole schema by far, and Helm makes it anew with each run.

use crate::chart::field::offered;

/// What is legal and not accepted.
pub(super) const GAPS: &str = "IPv6 ranges with `::` elsewhere than at the end, except single addresses, or of odd lengths other than `fc00::/7` and `2000::/3`; IPv4 in IPv6.";

/// A number of IPv4, 0 to 255.
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/// Sixteen bits of IPv6.
const GROUP: &str = "[0-9a-fA-F]{1,4}";

/// The shape of a range, whatever bits stand behind its prefix.
pub(super) fn shape() -> String {
    format!(
        r"(?:{OCTET}\.){{3}}{OCTET}/(?:3[0-2]|[12]?[0-9])|[0-9a-fA-F:]*:[0-9a-fA-F:]*/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])"
    )
}

/// A range of IPv6 without bits behind its prefix.
pub(super) fn ipv6() -> String {
    let mut ranges = vec!["fc00::/7|2000::/3|::/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])".to_owned(), single_address()];
    ranges.extend((1..=7).map(whole_groups));
    ranges.extend((0..=7).map(part_of_group));
    format!("^(?:{})$", ranges.join("|"))
}

/// The template that refuses ranges with bits behind their prefix, in the compiler's words as far as a template knows them.
pub(crate) fn template() -> String {
    let offered = offered();
    let of_ranges = offered.fields().into_iter().filter(|field| field.forms[0].schema["items"]["format"] == "cidr");
    let lists: String = of_ranges.map(|field| format!(" \"{0}\" .Values.{0}", field.path)).collect();
    include_str!("ranges.tpl").replace("LISTS", lists.trim_start()).replace("IPV6", &ipv6())
}

/// `2001:db8::/32`: the prefix reaches behind all that is written.
fn whole_groups(groups: usize) -> String {
    let last = if groups == 7 { 128 } else { 16 * groups + 15 };
    format!("(?:{GROUP}:){{1,{groups}}}:/{}", numbers((16 * groups..=last).step_by(2)))
}

/// `2001:db8:4::/46`: the prefix ends within the last group that is written.
fn part_of_group(whole: usize) -> String {
    let end = if whole == 7 { "" } else { "::" };
    let parts = (2..=14).step_by(2).map(|bits| {
        let free = 16 - bits;
        let zeros = free / 4;
        let digit = ["[0-9a-fA-F]", "", "[048cC]"][free % 4];
        format!("[0-9a-fA-F]{{0,{}}}{digit}{}{end}/{}", 3 - zeros, "0".repeat(zeros), 16 * whole + bits)
    });
    let parts: Vec<String> = parts.collect();
    let before = if whole == 0 { String::new() } else { format!("(?:{GROUP}:){{{whole}}}") };
    format!("{before}(?:{})", parts.join("|"))
}

/// `2001:db8::1/128`: any address, alone.
fn single_address() -> String {
    let mut forms = vec![format!("(?:{GROUP}:){{7}}{GROUP}"), format!(":(?::{GROUP}){{1,7}}")];
    forms.extend((1..=6).map(|before| format!("(?:{GROUP}:){{1,{before}}}(?::{GROUP}){{1,{}}}", 7 - before)));
    format!("(?:{})/128", forms.join("|"))
}

/// One of the numbers, in decimal.
fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    format!("(?:{})", numbers.join("|"))
}
