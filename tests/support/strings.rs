//! Strings that writers and readers of YAML are known to treat differently, and a generator of more.

#![allow(dead_code, reason = "each test file uses what it needs of this")]
#![expect(clippy::unwrap_used, reason = "a failed test is what it should give")]

/// Words, numbers, dates, indicators, quotes, blanks, line breaks and rare characters that trip some reader.
#[rustfmt::skip]
pub(crate) const TRICKY: &[&str] = &[
    // Nothing, blanks, line breaks.
    "", " ", "  ", "\t", "\n", "\n\n", " \n", "\n ", "\t\n", "\n\t", "a ", " a", "a\t", "\ta", "a\n", "a\n\n", "a\n\n\n",
    "\na", "\n\na", " a\n", "  a\nb\n", "a\n b", "a\n  b\n c\n", "a \nb", "a\t\nb", "a\n \nb", "a\n\t\nb", "\ta\nb",
    "\n\ta\nb", " \ta\nb", "a\n\tb", "a\n\nb", "a\n\n\nb\n\n", "\n a\nb", "a\nb\n ", "a\n#b", "#a\nb", "a\n- b", "a: b\nc: d\n",
    "---\na: b\n", "a\n---\nb\n", "a\n...\nb\n", "|\na", ">\na", "\"a\nb\"", "'a\nb'", "a\\\nb", "%a\nb", "\\n", "\\\\n\\t",
    "a  b", "a\tb", "a\u{a0}b", "\u{a0}", "a\u{a0}\nb",
    // Booleans of YAML 1.1 in the cases it names, and in those it does not.
    "y", "Y", "n", "N", "yes", "Yes", "YES", "yEs", "no", "No", "NO", "nO", "on", "On", "ON", "oN", "off", "Off", "OFF", "oFf",
    "true", "True", "TRUE", "tRue", "false", "False", "FALSE", "fAlse", "yes ", "no\n", "yesno", "y-n", "Norway", "one",
    // Nulls.
    "null", "Null", "NULL", "nUll", "~", "~a", "a~", "~/x", "nil", "none", "None", "undefined",
    // Numbers.
    "0", "1", "-1", "+1", "00", "01", "-01", "007", "0777", "08", "0o7", "0o17", "0x1F", "0x_0A", "0X1f", "-0x1F", "0b1010",
    "0b_1", "1_000", "1__0", "_1", "1_", "0_7", "1,000", "1.0", "1.", ".5", "-.5", "+.5", "1.10", "1e3", "1E3", "1e+3", "1e-3",
    "1.5e3", "1.5e+3", "e3", "1e", "12e03", "0e0", "0.", "-0", "-0.0", "+0", "1_0.5", "1.5_0", ".", "..", "._1", "+", "-", "+-1",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "123456789012345678901234567890", "1e400",
    ".inf", ".Inf", ".INF", "-.inf", "+.inf", "inf", "Inf", "-inf", "Infinity", "-Infinity", ".nan", ".NaN", ".NAN", "nan", "NaN",
    "1:20", "190:20:30", "1:20.5", "-1:20", "0:0", "12:30:45", "24:00", "1:60", "8080:80",
    // Quantities, durations, versions, addresses.
    "100m", "1k", "64M", "2G", "1T", "1Ki", "512Mi", "1Gi", "1Ti", "1Pi", "1E", "12E", "9.5Ei", "1.5Gi", "30s", "1h", "5d",
    "100ms", "1m30s", "2h45m", "1us", "10.0.0.0/8", "192.0.2.1", "::1", "2001:db8::/32", "fe80::1", "1.2.3", "v1.2.3", "0.26.0",
    "15.1", "1a", "1.a", "123abc", "deadbeef", "12345e6", "0e12345678",
    // Dates and times.
    "2001-01-01", "2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2001-12-15T02:59:43Z", "2001-01",
    "12-14-2001", "20010101",
    // Special keys and tags of YAML.
    "<<", "=", "==", "=a", "<", "<a", "!", "!a", "!!str a", "!!binary", "&a", "&", "*a", "*", "**", "a&b", "a*b", "a!", "?", "? a",
    "?a", ":", ": a", ":a", "a:", "a: b", "a:b", "a :b", "a : b", "::", "a::b", "a:\tb", "-", "- a", "-a", "--", "---", "--- a", "...",
    "... a", "....", "-\ta", "?\ta", ",", ", a", "a,b", "a, b", "[", "]", "[a]", "[]", "{", "}", "{a}", "{}", "{a: b}", "[a, b]",
    "a]", "a}", "#", "#a", "a#b", "a #b", "a # b", "a\t#b", "|", "|-", "|a", ">", ">-", ">a", "%", "%a", "%YAML 1.2", "@", "@a", "a@b",
    "`", "`a`", "'", "''", "'a'", "a'b", "a''b", "\"", "\"\"", "\"a\"", "a\"b", "\\", "\\\"", "a\\b", "\\x41", "\\u0041", "$", "$a",
    "(a)", "a;b", "a=b", "a|b", "a>b", "^a", "/", "/a/b", "//", "a/b", "C:\\a", "C:/a", "http://a.b:80/c?d=e#f", "a@b.c",
    "postgres://u:p@h:5432/d?sslmode=disable", "name:tag@sha256:abc", "*.example.com", "* * * * *", "*/5 * * * *", "0 3 * * *",
    // Templates and variables.
    "{{ .Values.a }}", "{{- a -}}", "a {{ b }} c", "{{", "}}", "{% a %}", "${VAR}", "$(VAR)", "$$(VAR)", "$VAR", "a ${b:-c} d",
    "%(a)s", "#{a}", "<% a %>", "{{ `{{` }}",
    // Other writing systems, combined and rare characters.
    "é", "ß", "日本語", "Привет", "שלום", "مرحبا", "नमस्ते", "🎉", "👩‍👩‍👧", "❤️", "e\u{301}", "\u{301}e", "a\u{200b}b", "a\u{200d}b", "a\u{ad}b",
    "\u{202e}abc", "a\u{2066}b\u{2069}", "a\u{200e}b", "a\u{3000}b", "a\u{2003}b", "日本\n語\n", "🎉\n", "\u{202e}a\nb", "a\u{200b}\nb",
    "\u{e000}", "\u{f8ff}a", "\u{fffd}", "\u{fffe}", "\u{ffff}", "\u{10000}", "\u{1fffe}", "\u{10ffff}", "\u{e0001}", "\u{fff9}", "ａ", "“a”", "…",
    // Characters that the compiler refuses in objects; the writer is right about them all the same.
    "\0", "\u{1}", "\u{7}", "\u{8}", "\u{b}", "\u{c}", "\r", "\r\n", "a\rb", "a\r\nb\r\n", "\u{1b}[0m", "\u{1f}", "\u{7f}", "a\u{7f}b",
    "\u{80}", "\u{85}", "a\u{85}b", "a\u{85}\nb", "\u{9f}", "\u{2028}", "a\u{2028}b", "a\u{2028}\nb", "\u{2029}", "\u{feff}", "\u{feff}a", "a\u{feff}\nb",
    // Text of the kinds that manifests hold.
    "#!/bin/sh\nset -eu\nexec memos\n", "if a; then\n  b\nfi\n", "key: |\n  a\n", "[section]\nkey = value\n", "{\n  \"a\": [1, 2]\n}\n",
    "a=1\nb=2", "FROM a\nRUN b \\\n  && c\n", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "{\"a\":\"b\"}", "[1,2]",
    "app.kubernetes.io/name", "key.with.dots", "UPPER_CASE", "kebab-case", "file.yaml", "sentence with words", "ends with colon:",
];

/// `TRICKY` and some that are too long to write down.
pub(crate) fn tricky() -> Vec<String> {
    let mut strings: Vec<String> = TRICKY.iter().map(|text| (*text).to_owned()).collect();
    for length in [79, 80, 81, 127, 128, 129, 998, 999, 1_000, 1_023, 1_024, 1_025, 5_000] {
        strings.push("x".repeat(length));
        strings.push(format!("{}:", "word ".repeat(length / 5)));
    }
    strings.push(format!("{}\n{}\n", "a long line ".repeat(100).trim_end(), "日本語".repeat(200)));
    strings
}

/// A small generator of numbers (SplitMix64), so that every run sees the same strings.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    /// A string of up to twelve pieces, mostly of what means something in YAML.
    pub(crate) fn string(&mut self) -> String {
        const PIECES: &[&str] = &[
            " ",
            " ",
            "  ",
            "\n",
            "\n",
            "\n\n",
            "\t",
            ":",
            ": ",
            "#",
            " #",
            "-",
            "- ",
            "---",
            "...",
            "?",
            ",",
            "[",
            "]",
            "{",
            "}",
            "&",
            "*",
            "!",
            "|",
            ">",
            "'",
            "\"",
            "\\",
            "%",
            "@",
            "`",
            "~",
            "=",
            "<<",
            "$",
            "(",
            ")",
            "_",
            "+",
            ".",
            "/",
            "0",
            "1",
            "9",
            "0x",
            "0o",
            "e",
            "E",
            "y",
            "no",
            "on",
            "true",
            "null",
            "inf",
            "nan",
            "a",
            "b",
            "word",
            "Z",
            "é",
            "日",
            "🎉",
            "\u{301}",
            "\u{200b}",
            "\u{202e}",
            "\u{a0}",
            "\u{e000}",
            "{{",
            "}}",
            "${",
            "Mi",
            "s",
            "2001-01-01",
        ];
        let pieces = self.below(12) + 1;
        (0..pieces).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}
