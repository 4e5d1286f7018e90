//! Every setting by name: its environment variable, its form, what holds when it is not set.

/// One setting, as `docs/configuration.md` lists it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Key in the file.
    pub name: &'static str,
    /// Variable in the environment; `None` when it can be set in the file only.
    pub variable: Option<&'static str>,
    /// What holds when it is not set.
    pub default: Default,
    pub(super) form: Form,
}

/// What holds when a setting is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// This value.
    Value(&'static str),
    /// What these words say.
    Words(&'static str),
}

/// What a value looks like in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A string.
    Text,
    /// An integer.
    Number,
    /// An array of strings; comma-separated in the environment.
    List,
    /// An array of tables.
    Tables,
}

/// Every setting.
pub const SETTINGS: [Setting; 19] = [
    text("listen", "LATCHKEY_LISTEN", Default::Value("127.0.0.1:8080")),
    text("admin_listen", "LATCHKEY_ADMIN_LISTEN", Default::Words("same as `listen`")),
    text("metrics_listen", "LATCHKEY_METRICS_LISTEN", Default::Words("off")),
    text("base_url", "LATCHKEY_BASE_URL", Default::Words("`http://<listen>/` on a loopback address")),
    Setting {
        name: "stores",
        variable: None,
        default: Default::Words("one store `default` with `base_url`"),
        form: Form::Tables,
    },
    text("database_url", "LATCHKEY_DATABASE_URL", Default::Value("sqlite://data/latchkey.db")),
    text("key_file", "LATCHKEY_KEY_FILE", Default::Value("data/latchkey.key")),
    text("key", "LATCHKEY_KEY", Default::Words("none")),
    text("upstream_url", "LATCHKEY_UPSTREAM_URL", Default::Words("none")),
    text("upstream_secret", "LATCHKEY_UPSTREAM_SECRET", Default::Words("none")),
    text("upstream_authorization", "LATCHKEY_UPSTREAM_AUTHORIZATION", Default::Words("none")),
    text("declarations", "LATCHKEY_DECLARATIONS", Default::Words("the folder `declarations` when it exists")),
    list("trusted_proxies", "LATCHKEY_TRUSTED_PROXIES"),
    list("egress_allow", "LATCHKEY_EGRESS_ALLOW"),
    text("smtp_url", "LATCHKEY_SMTP_URL", Default::Words("none: no mail")),
    text("mail_from", "LATCHKEY_MAIL_FROM", Default::Words("none")),
    number("workers", "LATCHKEY_WORKERS", "cores"),
    number("database_pool", "LATCHKEY_DATABASE_POOL", "2 × cores + 1"),
    text("log", "RUST_LOG", Default::Value("info")),
];

/// The setting of that name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    const { &SETTINGS }.iter().find(|setting| setting.name == name)
}

const fn text(name: &'static str, variable: &'static str, default: Default) -> Setting {
    Setting { name, variable: Some(variable), default, form: Form::Text }
}

const fn list(name: &'static str, variable: &'static str) -> Setting {
    Setting { name, variable: Some(variable), default: Default::Words("none"), form: Form::List }
}

const fn number(name: &'static str, variable: &'static str, default: &'static str) -> Setting {
    Setting { name, variable: Some(variable), default: Default::Words(default), form: Form::Number }
}
