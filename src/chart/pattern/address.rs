//! Address ranges without bits behind their prefix, as one pattern.

use std::collections::BTreeMap;

/// What is legal and not accepted.
pub(super) const GAPS: &str = "IPv6 ranges with `::` elsewhere than at the end, except single addresses, or of odd lengths other than `fc00::/7` and `2000::/3`; IPv4 in IPv6.";

/// A number of IPv4, 0 to 255.
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/// Sixteen bits of IPv6.
const GROUP: &str = "[0-9a-fA-F]{1,4}";

pub(super) fn cidr() -> String {
    let mut ranges =
        vec![four_octets(), "fc00::/7|2000::/3|::/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])".to_owned(), single_address()];
    ranges.extend((1..=7).map(whole_groups));
    ranges.extend((0..=7).map(part_of_group));
    ranges.join("|")
}

/// `10.0.0.0/8`: whole octets, one of which the prefix takes the first bits, zeros.
fn four_octets() -> String {
    let mut ranges = vec![r"0\.0\.0\.0/0".to_owned()];
    for whole in 0..4 {
        let parts = (1..=8).map(|bits| {
            let octet = if bits == 8 { OCTET.to_owned() } else { numbers((0..=255).step_by(1 << (8 - bits))) };
            format!("{octet}{}/{}", r"\.0".repeat(3 - whole), 8 * whole + bits)
        });
        let parts: Vec<String> = parts.collect();
        ranges.push(format!(r"{}(?:{})", format!(r"{OCTET}\.").repeat(whole), parts.join("|")));
    }
    ranges.join("|")
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

/// One of the numbers, in decimal. Numbers whose last digits are the same ones share them.
fn numbers(numbers: impl Iterator<Item = usize>) -> String {
    let mut last_digits: BTreeMap<usize, String> = BTreeMap::new();
    for number in numbers {
        last_digits.entry(number / 10).or_default().push_str(&(number % 10).to_string());
    }
    let mut tens: Vec<(String, Vec<String>)> = Vec::new();
    for (ten, digits) in last_digits {
        let ten = if ten == 0 { String::new() } else { ten.to_string() };
        match tens.iter_mut().find(|(known, _)| *known == digits) {
            Some((_, list)) => list.push(ten),
            None => tens.push((digits, vec![ten])),
        }
    }
    let tens = tens.into_iter().map(|(digits, tens)| format!("(?:{})[{digits}]", tens.join("|")));
    format!("(?:{})", tens.collect::<Vec<_>>().join("|"))
}
