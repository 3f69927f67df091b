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
    /// Network policies, secrets, identity; objects that somebody else rendered.
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
        ItemTwice = "MG0211", Error;
        ExtendsInSpec = "MG0212", Error;
        NotOfChart = "MG0213", Error;
    }
    Image {
        StockImageDefaults = "MG0301", Note;
        SharedCacheClaimed = "MG0302", Error;
        ReplicasWithoutSharedCache = "MG0303", Warning;
        CacheWithoutReader = "MG0304", Warning;
        ReplicasWithoutCache = "MG0305", Warning;
        SettingsFilesNotRead = "MG0306", Error;
        SettingsToBeMadeByHand = "MG0307", Warning;
        AccessCannotHold = "MG0308", Error;
        AddressMakesPublic = "MG0309", Warning;
        PrivateWithoutAddress = "MG0310", Note;
        AddressNotRead = "MG0311", Warning;
        LogLevelNotRead = "MG0312", Note;
        SettingsLabel = "MG0313", Error;
        ReleaseWithKnownFault = "MG0314", Warning;
        UpgradeNeedsStep = "MG0315", Error;
        DowngradeRefused = "MG0316", Error;
        RolloutStopsAll = "MG0317", Note;
        PostgresTooOldForUpgrade = "MG0318", Error;
        PostgresTooOldSoon = "MG0319", Warning;
        MovableTag = "MG0320", Warning;
        TagContradictsVersion = "MG0321", Warning;
        ImageNotPinned = "MG0322", Note;
        MirrorIsNoRegistry = "MG0323", Error;
        ForkNeedsPgvector = "MG0324", Error;
        ForkExtension = "MG0325", Note;
        AiOnUpstream = "MG0326", Error;
        OllamaWithoutAddress = "MG0327", Error;
        ReadinessAsksNobody = "MG0328", Warning;
        KeptPrivate = "MG0329", Note;
        EntrypointUnknown = "MG0330", Error;
        StandbyOfSharingImage = "MG0331", Note;
    }
    Database {
        ConnectionsExceeded = "MG0401", Error;
        ConnectionsUnbounded = "MG0402", Warning;
        PoolerImpossible = "MG0403", Error;
        SecondPooler = "MG0404", Warning;
        DatabaseAddressMissing = "MG0405", Error;
        DatabaseAddressUnused = "MG0406", Warning;
        DatabaseReadOnly = "MG0407", Error;
        IdentityMissing = "MG0408", Error;
        IdentityUser = "MG0409", Error;
        DatabaseNotAuthenticated = "MG0410", Warning;
        DatabaseNotEncrypted = "MG0411", Warning;
        RdsAuthority = "MG0412", Error;
        AzureAuthority = "MG0413", Warning;
        AddressInCertificate = "MG0414", Warning;
        MysqlVersion = "MG0415", Warning;
        SqliteReplicas = "MG0416", Error;
        SqliteOnNetwork = "MG0417", Warning;
        PostgresEndOfLife = "MG0418", Warning;
        DatabaseWithoutFailOver = "MG0419", Note;
        ClusterOfOne = "MG0420", Warning;
        ClusterCannotSpread = "MG0421", Error;
        DatabaseMemory = "MG0422", Warning;
        MysqlChecksAll = "MG0426", Warning;
        LeaseNeedsPostgres = "MG0427", Error;
        LeaseThroughPooler = "MG0428", Error;
        KeeperLedAstray = "MG0429", Error;
    }
    Cache {
        CacheIsSentinel = "MG0501", Error;
        CacheIsCluster = "MG0502", Error;
        CacheIsReadOnly = "MG0503", Error;
        AzureCacheRetires = "MG0504", Warning;
        AzureManagedRedis = "MG0505", Error;
        MemorystoreAuthority = "MG0506", Warning;
        CacheNotEncrypted = "MG0507", Warning;
        CacheWithoutPassword = "MG0508", Warning;
        CacheOnDisk = "MG0509", Note;
        CacheConnections = "MG0510", Error;
        CacheMemory = "MG0511", Warning;
        CacheLimit = "MG0512", Warning;
        CacheServerTooOld = "MG0513", Error;
        CacheVolume = "MG0516", Warning;
        CacheOpenUnprotected = "MG0517", Warning;
        CacheOpenToAnybody = "MG0518", Warning;
        MonitorWithoutMetrics = "MG0519", Warning;
        SentinelsEven = "MG0520", Warning;
        QuorumNotReached = "MG0521", Error;
        QuorumBelowMajority = "MG0522", Warning;
        MajorityInOneZone = "MG0523", Warning;
        ReplicasNotReached = "MG0524", Error;
        ReplicasWithoutReserve = "MG0525", Warning;
        CutOffMasterWrites = "MG0526", Warning;
        LagBeyondDetection = "MG0527", Warning;
        DetectionTooShort = "MG0528", Warning;
        FailoverTimeout = "MG0529", Warning;
        EvictionRefuses = "MG0530", Warning;
        OneProxy = "MG0531", Warning;
        DiscoveryLost = "MG0532", Error;
        CertificateTwice = "MG0533", Error;
        IssuerOfTheInternet = "MG0534", Warning;
        CertificateLacksName = "MG0535", Warning;
    }
    Attachments {
        VolumeNotShared = "MG0601", Error;
        SharedBlockClass = "MG0602", Warning;
        SharedDefaultClass = "MG0603", Note;
        VolumeOfAnotherCloud = "MG0604", Error;
        VolumeRoundedUp = "MG0605", Warning;
        VolumeInOneZone = "MG0606", Note;
        VolumeBesideSqlite = "MG0607", Warning;
        LargeUploadsInDatabase = "MG0608", Warning;
        AzureBlobIsNoS3 = "MG0609", Error;
        BucketNotForBrowsers = "MG0610", Warning;
        BucketNotEncrypted = "MG0611", Warning;
        GoogleStorage = "MG0612", Warning;
        DotsInBucket = "MG0613", Warning;
        BucketInEndpoint = "MG0614", Warning;
        BucketRegion = "MG0615", Error;
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
        AutoModeElsewhere = "MG0722", Error;
        RouteOnEveryListener = "MG0727", Warning;
        WebAclNotAnArn = "MG0728", Error;
        FirewallPolicyNotAnId = "MG0729", Error;
    }
    Availability {
        MinAboveMax = "MG0801", Error;
        BudgetAllowsAll = "MG0802", Warning;
        RequiredSpreadOverFewNodes = "MG0803", Warning;
        RequiredSpreadLosesZone = "MG0804", Note;
        AntiAffinityCannotHold = "MG0805", Error;
        KubernetesEndOfLife = "MG0806", Warning;
        TooFewForLoad = "MG0807", Warning;
        MemoryTargetTooLow = "MG0808", Warning;
        ScalesDownFast = "MG0809", Warning;
        GraceTooShort = "MG0810", Error;
        StopsBeforeEdge = "MG0811", Warning;
        DeadlineBeforeStart = "MG0812", Warning;
        MigrationCut = "MG0813", Warning;
        ReadinessAsksAnyway = "MG0814", Note;
        LimitBelowRequest = "MG0815", Error;
        MemoryBelowMeasured = "MG0816", Warning;
        MigrationRaced = "MG0817", Warning;
        OneProcessForNow = "MG0818", Note;
        StandbyInOnePlace = "MG0819", Warning;
        StandbyWithoutProxy = "MG0820", Note;
        OneProxyForStandby = "MG0821", Warning;
        LongLease = "MG0822", Warning;
        GateLost = "MG0823", Error;
        LeaseOnDisk = "MG0824", Error;
    }
    Security {
        OpenFirstAccount = "MG0901", Warning;
        HeldWithoutAccount = "MG0902", Note;
        IdentityOfOtherCloud = "MG0903", Error;
        IdentityUnused = "MG0904", Note;
        LocalSecrets = "MG0905", Warning;
        PoliciesOff = "MG0906", Warning;
        EgressAnywhere = "MG0907", Warning;
        StrictNames = "MG0908", Warning;
        IdentityProviderOutOfReach = "MG0909", Warning;
        AiOutOfReach = "MG0910", Warning;
        OpenPeer = "MG0911", Warning;
        PolicyWithoutTarget = "MG0912", Warning;
        InlineSecret = "MG0913", Error;
        DemoMode = "MG0914", Error;
        PrivateWebhooks = "MG0915", Warning;
        ListensElsewhere = "MG0916", Error;
        HoldNotPossible = "MG0917", Note;
        AdministratorNotMade = "MG0918", Warning;
        BucketOutOfReach = "MG0920", Warning;
        SystemNamespace = "MG0921", Error;
        SharedNamespace = "MG0922", Warning;
        NotAnObject = "MG0960", Error;
        DocumentNotChecked = "MG0961", Note;
        ObjectFieldUnknown = "MG0962", Error;
        SelectorMeetsOthers = "MG0963", Error;
        ReferenceElsewhere = "MG0964", Note;
    }
    Objects {
        ControlCharacterInObject = "MG1001", Error;
        ReadBackMismatch = "MG1002", Error;
        ServiceLinks = "MG1003", Error;
        PortChanged = "MG1004", Error;
        SelectorChanged = "MG1005", Error;
        SelectsNothing = "MG1006", Error;
        PortMissing = "MG1007", Error;
        ReferenceMissing = "MG1008", Error;
        NameNotLegal = "MG1009", Error;
        LabelNotLegal = "MG1010", Error;
        PodNotRestricted = "MG1011", Error;
        ObjectTwice = "MG1012", Error;
        ObjectRenamed = "MG1013", Error;
        OverrideMeetsNothing = "MG1014", Error;
        OverrideUnknownField = "MG1015", Error;
        PartIsNotKnown = "MG1016", Error;
        LabelIsOurs = "MG1017", Warning;
        ReplicasWithAutoscaler = "MG1018", Error;
        LivenessFirst = "MG1019", Warning;
        ProbePath = "MG1020", Warning;
        PodNotConsistent = "MG1021", Error;
        VariableSetAgain = "MG1022", Warning;
        EntrypointLost = "MG1023", Error;
        OverrideTakesNothingAway = "MG1024", Warning;
        NameInObjectNotLegal = "MG1025", Error;
        FieldsContradict = "MG1026", Error;
        ValueNotTaken = "MG1027", Error;
        ItemTwiceInObject = "MG1028", Error;
    }
    Output {
        FileEditedByHand = "MG1101", Error;
        ForeignFileInTheWay = "MG1102", Error;
        BuildWasInterrupted = "MG1103", Note;
        TreeHasDrifted = "MG1104", Error;
        CannotWrite = "MG1105", Error;
        NoFileName = "MG1106", Error;
        ChangeNotTaken = "MG1107", Note;
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
