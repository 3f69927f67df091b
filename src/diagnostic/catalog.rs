//! Every code there is, with its severity and its `explain` text.
//!
//! A code lives for ever: it is never given another meaning, and a retired one is not used again.

use super::Severity;

/// What a code is about; the hundreds of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Reading text.
    Source,
    /// The shape of the spec and the layers it is merged from.
    Shape,
    /// What a Memos image can do.
    Image,
    /// Databases and their connections.
    Database,
    /// Redis.
    Cache,
    /// Attachments and volumes.
    Attachments,
    /// The way in from outside.
    Exposure,
    /// Replicas, disruption, probes, shutdown.
    Availability,
    /// Network policies, secrets, identity.
    Security,
    /// The built objects themselves.
    Objects,
    /// Writing the output.
    Output,
}

macro_rules! codes {
    ($($family:ident { $($name:ident = $text:literal, $severity:ident;)* })*) => {
        /// The stable code of a diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = concat!("See `memos-gen explain ", $text, "`.")] $name,)*)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// The code as it is printed, for example `MG0401`.
            pub fn text(self) -> &'static str {
                match self { $($(Self::$name => $text,)*)* }
            }

            /// What it is about.
            pub fn family(self) -> Family {
                match self { $($(Self::$name => Family::$family,)*)* }
            }

            /// Its severity when `--strict` is not given.
            pub fn severity(self) -> Severity {
                match self { $($(Self::$name => Severity::$severity,)*)* }
            }

            /// Its explanation: a `# title` line, the cause, the cure and the evidence, as Markdown.
            pub fn explanation(self) -> &'static str {
                match self { $($(Self::$name => include_str!(concat!("explain/", $text, ".md")),)*)* }
            }
        }
    };
}

codes! {
    Source {
        FileUnreadable = "MG0101", Error;
        NotUtf8 = "MG0102", Error;
        YamlSyntax = "MG0103", Error;
        DuplicateKey = "MG0104", Error;
        AnchorOrAlias = "MG0105", Error;
        AmbiguousScalar = "MG0106", Error;
        ControlCharacter = "MG0107", Error;
        TooDeepOrLarge = "MG0108", Error;
        NotOneDocument = "MG0109", Error;
        KeyNotText = "MG0110", Error;
        BadSetting = "MG0111", Error;
        CustomTag = "MG0112", Error;
    }
    Shape {
        UnknownKey = "MG0201", Error;
        WrongType = "MG0202", Error;
        NotOneOf = "MG0203", Error;
        OutOfRange = "MG0204", Error;
        RequiredMissing = "MG0205", Error;
        BadFormat = "MG0206", Error;
        ProfileMissing = "MG0207", Error;
        ProfileUnknown = "MG0208", Error;
        PlaceholderLeft = "MG0209", Warning;
        WrongEnvelope = "MG0210", Error;
    }
    Image {
        StockImageDefaults = "MG0301", Note;
    }
    Exposure {
        EventStreamCut = "MG0701", Error;
        BodyLimitTooSmall = "MG0702", Error;
        ControllerRetired = "MG0703", Warning;
        CloudCertificateNotUsable = "MG0704", Error;
        SecretCertificateNotUsable = "MG0705", Error;
        CertificateNotAnArn = "MG0706", Error;
        ProtectionNotExpressible = "MG0707", Error;
        EdgeSettingNotExpressible = "MG0708", Warning;
        DataPlaneUnknown = "MG0709", Error;
        EdgeNetworksMissing = "MG0710", Error;
        PasswordsInTheClear = "MG0711", Warning;
        OpenLoadBalancer = "MG0712", Warning;
        HostMissing = "MG0713", Note;
        SubPath = "MG0714", Error;
        InstanceUrlElsewhere = "MG0715", Warning;
        ClassOfAnotherCloud = "MG0716", Error;
        AzureGatewayUnnamed = "MG0717", Error;
        CertificateOfExistingGateway = "MG0718", Warning;
        GatewayPodsUnderRestricted = "MG0719", Note;
        TargetsNotByAddress = "MG0720", Error;
        PortNotInUrl = "MG0721", Warning;
    }
    Objects {
        ControlCharacterInObject = "MG1001", Error;
        ReadBackMismatch = "MG1002", Error;
    }
    Output {
        FileEditedByHand = "MG1101", Error;
        ForeignFileInTheWay = "MG1102", Error;
        BuildWasInterrupted = "MG1103", Note;
        TreeHasDrifted = "MG1104", Error;
        CannotWrite = "MG1105", Error;
        NoFileName = "MG1106", Error;
    }
}

impl Code {
    /// The code behind a text such as `MG0401`, in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.text().eq_ignore_ascii_case(text))
    }

    /// The first line of its explanation without the `# `.
    pub fn title(self) -> &'static str {
        self.explanation().lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}
