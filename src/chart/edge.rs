//! What stands in front of Memos, told from the class of its Gateway or Ingress: words that templates test.

use std::collections::BTreeMap;

use super::template::field;
use crate::plan::exposure::class::{Abilities, GatewayClass, IngressClass, is_internal_by_name};
use crate::spec::workload::Cloud;

/// The value whose words these are.
pub(super) const PATH: &str = "exposure.class";

/// Beginning of the names of Google's classes, of which there may be more than are known.
const OF_GOOGLE: &str = "gke-l7-";

/// A class that nobody knows.
const UNKNOWN: &str = "other";

/// Every word for the class of an edge of a kind: what it is, and what it can do.
pub(super) fn words(kind: &str, class: &str) -> Vec<&'static str> {
    let mut words = words_of_table(kind, class);
    if !words.is_empty() && is_internal_by_name(class) {
        words.push("internal-by-name");
    }
    words
}

fn words_of_table(kind: &str, class: &str) -> Vec<&'static str> {
    match kind {
        "gateway" => gateway(GatewayClass::of(class)),
        "ingress" => ingress(IngressClass::of(class)),
        _ => Vec::new(),
    }
}

fn gateway(class: GatewayClass) -> Vec<&'static str> {
    let name = match class {
        GatewayClass::Istio => "istio",
        GatewayClass::AppRouting => "app-routing",
        GatewayClass::Envoy => "envoy",
        GatewayClass::Beside => "gateway-beside",
        GatewayClass::Traefik => "traefik",
        GatewayClass::GoogleGlobal => "google-global",
        GatewayClass::GoogleRegional => "google-regional",
        GatewayClass::Aws => "alb",
        GatewayClass::Azure => "application-gateway-for-containers",
        GatewayClass::Other => UNKNOWN,
    };
    let more = [(class.beside_gateway(), "beside-gateway"), (class.google(), "google")];
    [vec![name], chosen(&more), abilities(class.abilities())].concat()
}

fn ingress(class: IngressClass) -> Vec<&'static str> {
    let name = match class {
        IngressClass::Alb => "alb",
        IngressClass::Gce => "gce",
        IngressClass::GceInternal => "gce-internal",
        IngressClass::Traefik => "traefik",
        IngressClass::Haproxy => "haproxy",
        IngressClass::Nginx => "nginx",
        IngressClass::AppRoutingNginx => "app-routing-nginx",
        IngressClass::ApplicationGateway => "application-gateway",
        IngressClass::Other => UNKNOWN,
    };
    [vec![name], chosen(&[(class.google(), "google")]), abilities(class.abilities())].concat()
}

fn abilities(abilities: Abilities) -> Vec<&'static str> {
    let Abilities {
        cloud,
        cloud_certificate,
        secret_certificate,
        affinity,
        rate_limit,
        waf,
        source_ranges,
        idle_timeout,
        body_limit,
        address,
        internal,
        needs_networks,
    } = abilities;
    chosen(&[
        (cloud == Some(Cloud::Aws), "of-aws"),
        (cloud == Some(Cloud::Gcp), "of-gcp"),
        (cloud == Some(Cloud::Azure), "of-azure"),
        (cloud_certificate, "takes-cloud-certificate"),
        (secret_certificate, "takes-secret-certificate"),
        (affinity, "has-affinity"),
        (rate_limit, "limits-rate"),
        (waf, "has-waf"),
        (source_ranges, "limits-sources"),
        (idle_timeout, "sets-idle-timeout"),
        (body_limit, "limits-bodies"),
        (address, "takes-address"),
        (internal, "can-be-internal"),
        (needs_networks, "needs-networks"),
    ])
}

fn chosen(words: &[(bool, &'static str)]) -> Vec<&'static str> {
    words.iter().filter(|(there, _)| *there).map(|(_, word)| *word).collect()
}

/// The helper that says the words as fields of a map, with a blank before and behind each.
pub(super) fn helper() -> String {
    let mut text = "\n{{- define \"memos.edge\" -}}\n{{- $class := toString .Values.exposure.class }}\n".to_owned();
    let mut open = "{{- if";
    for kind in ["gateway", "ingress"] {
        text += &format!("{open} eq .Values.exposure.kind \"{kind}\" }}}}\n{}", of_kind(kind));
        open = "{{- else if";
    }
    text += "{{- end }}\n{{- end }}\n";
    text
}

fn of_kind(kind: &str) -> String {
    let known = super::knob::KNOWN.iter().filter(|(path, of, _)| *path == PATH && *of == kind);
    let mut classes: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for class in known.flat_map(|(_, _, classes)| *classes) {
        let words = words_of_table(kind, class);
        if words != words_of_table(kind, UNKNOWN) && !class.starts_with(OF_GOOGLE) || words.contains(&"google-global") {
            classes.entry(words).or_default().push(class);
        }
    }
    // In quotes, because actions may take the blanks around them away.
    let fields = |words: &[&str]| words.iter().map(|word| field(word)).collect::<Vec<_>>().join(" ");
    let said = |words: &[&str]| format!("{{{{ \" {} \" }}}}", fields(words));
    let mut text = String::new();
    let mut open = "{{- if";
    for (words, classes) in classes {
        let classes: Vec<String> = classes.iter().map(|class| format!("{class:?}")).collect();
        text += &format!("{open} has $class (list {}) }}}}{}", classes.join(" "), said(&words));
        open = "{{- else if";
    }
    if kind == "gateway" {
        let words = words_of_table(kind, OF_GOOGLE);
        text += &format!("{open} hasPrefix {OF_GOOGLE:?} $class }}}}{}", said(&words));
    }
    text += &format!("{{{{- else }}}}{}{{{{- end }}}}\n", said(&words_of_table(kind, UNKNOWN)));
    text + "{{- if or (hasPrefix \"gke-l7-rilb\" $class) (contains \"-internal-\" $class) }}{{ \"internalByName \" }}{{ end }}\n"
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn every_kind_of_edge_has_its_words() {
        let cases = [
            ("gateway", "eg", "envoy takes-secret-certificate has-affinity limits-rate limits-sources"),
            ("gateway", "kgateway", "gateway-beside beside-gateway takes-secret-certificate"),
            (
                "ingress",
                "haproxy",
                "haproxy takes-secret-certificate has-affinity limits-rate limits-sources sets-idle-timeout",
            ),
            ("ingress", "mine", "other takes-secret-certificate"),
            ("ingress", "my-internal-one", "other takes-secret-certificate internal-by-name"),
            ("loadBalancer", "alb", ""),
        ];
        for (kind, class, expected) in cases {
            assert_eq!(words(kind, class).join(" "), expected, "{kind} {class}");
        }
    }
}
