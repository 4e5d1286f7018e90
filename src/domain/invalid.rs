//! What was entered and cannot be accepted: fields and reasons. The sentences are in the catalogue of texts.

/// A field that a person fills in, by the name that forms and commands give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Name of an integration.
    Name,
    /// E-mail address.
    Email,
    /// Callback URL.
    Endpoint,
    /// Identity link URL.
    IdentityLinkUrl,
    /// Whether an integration's token is accepted without a signature.
    BearerMode,
    /// Consumer key of an integration that moves in.
    ConsumerKey,
    /// Its secret.
    ConsumerSecret,
    /// Access token of an integration that moves in.
    Token,
    /// Its secret.
    TokenSecret,
    /// Granted resources.
    Resource,
    /// All resources or a list.
    AllResources,
    /// Name that an administrator signs in with.
    Username,
    /// First name.
    Firstname,
    /// Last name.
    Lastname,
    /// A new password.
    Password,
    /// The same password again.
    PasswordConfirmation,
    /// The hash of a password, from elsewhere.
    PasswordHash,
    /// The own password, asked for again.
    CurrentPassword,
    /// Until when an account may be used.
    ExpiresAt,
    /// Whether an account may be used.
    IsActive,
    /// Role of an administrator.
    Role,
    /// Name of a role.
    Rolename,
    /// Everything or a list, for a role.
    All,
    /// Language of the pages.
    InterfaceLocale,
    /// A code of the second factor.
    Otp,
    /// Website that a customer belongs to.
    Website,
    /// Whether the e-mail address of a customer is confirmed.
    Confirmed,
    /// Value of a setting, by its path.
    Setting(&'static str),
    /// Address of a webhook.
    Url,
    /// Events that a webhook hears of.
    Kinds,
    /// Whether a webhook is sent anything.
    IsEnabled,
}

/// Why a value cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was entered.
    Required,
    /// Longer than so many characters.
    TooLong(usize),
    /// Shorter than so many characters.
    TooShort(usize),
    /// Holds a line break or another control character.
    ControlCharacter,
    /// Not an e-mail address.
    NotAnEmail,
    /// No e-mail address was entered where one is asked for to write to.
    NoEmail,
    /// What was entered there is none.
    MalformedEmail,
    /// Not an absolute http or https address.
    NotAUrl,
    /// Holds a user name or password.
    UrlWithCredentials,
    /// Plain http without an entry for this `host:port` in the setting `egress_allow`.
    PlainHttp(String),
    /// An integration of that name exists.
    IntegrationNameTaken(String),
    /// A user of that name or e-mail address exists.
    UserTaken,
    /// A customer of that e-mail address exists.
    CustomerTaken,
    /// Not the code of a website: a small letter, then small letters, digits and `_`.
    NotACode,
    /// No such resource.
    UnknownResource(String),
    /// The same as in that line of the file.
    RepeatsLine(u64),
    /// The integration of that name has this consumer key.
    KeyTaken(String),
    /// Another integration has this token.
    TokenTaken,
    /// Not that many letters and digits.
    NotACredential(usize),
    /// Sealed by Magento in a way that only older versions knew.
    SealedOtherwise,
    /// Sealed by Magento with the key of this version, which was not given.
    NoMagentoKey(String),
    /// Sealed by Magento, but altered or with another key.
    NotOpened,
    /// Whoever grants does not hold these resources.
    NotHeld(Vec<String>),
    /// The two passwords differ.
    PasswordsDiffer,
    /// The password holds the user name or the e-mail address.
    PasswordHoldsName,
    /// The password is one that an attacker tries first.
    PasswordCommon,
    /// The own password was wrong.
    WrongPassword,
    /// The code is wrong, or was used already.
    WrongCode,
    /// Not a number.
    NotANumber,
    /// A number with a fraction, where there is none.
    NotWhole,
    /// A number below this one.
    TooSmall(i64),
    /// A number above this one.
    TooLarge(i64),
    /// Not a time as cron writes it.
    NotASchedule,
    /// A value was typed, and the default chosen as well.
    DefaultChosen,
    /// Neither 0 nor 1.
    NotAFlag,
    /// None of these words.
    NotOneOf(&'static [&'static str]),
    /// Not the hash of a password.
    NotAHash,
    /// The password lacks a letter or a digit.
    PasswordNotMixed,
    /// The password is the present one, or was one of the latest.
    PasswordUsedBefore,
    /// Not a moment in time.
    NotAMoment,
    /// The moment has passed.
    MomentPassed,
    /// There is no such role.
    UnknownRole,
    /// The role holds what whoever assigns it does not.
    RoleHoldsMore(Vec<String>),
    /// A role of that name exists.
    RoleNameTaken(String),
    /// The texts are not there in that language.
    UnknownLocale,
    /// Nobody takes rights from themselves.
    OwnRights,
    /// No event was chosen.
    NoKinds,
}

/// Fields with their reasons, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invalid(Vec<(Field, Reason)>);

impl Field {
    /// The name in forms and in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Endpoint => "endpoint",
            Self::IdentityLinkUrl => "identity_link_url",
            Self::BearerMode => "bearer_mode",
            Self::ConsumerKey => "consumer_key",
            Self::ConsumerSecret => "consumer_secret",
            Self::Token => "token",
            Self::TokenSecret => "token_secret",
            Self::Resource => "resource",
            Self::AllResources => "all_resources",
            Self::Username => "username",
            Self::Firstname => "firstname",
            Self::Lastname => "lastname",
            Self::Password => "password",
            Self::PasswordHash => "password_hash",
            Self::PasswordConfirmation => "password_confirmation",
            Self::CurrentPassword => "current_password",
            Self::ExpiresAt => "expires_at",
            Self::IsActive => "is_active",
            Self::Role => "role",
            Self::Rolename => "rolename",
            Self::All => "all",
            Self::InterfaceLocale => "interface_locale",
            Self::Otp => "otp",
            Self::Website => "website",
            Self::Confirmed => "confirmed",
            Self::Setting(path) => path,
            Self::Url => "url",
            Self::Kinds => "kinds",
            Self::IsEnabled => "is_enabled",
        }
    }
}

impl Invalid {
    /// One field, one reason.
    pub fn one(field: Field, reason: Reason) -> Self {
        Self(vec![(field, reason)])
    }

    /// Adds a reason.
    pub fn add(&mut self, field: Field, reason: Reason) {
        self.0.push((field, reason));
    }

    /// What can be accepted; otherwise the reason is added, and nothing kept.
    pub fn kept<T: Default>(&mut self, field: Field, outcome: Result<T, Reason>) -> T {
        outcome.unwrap_or_else(|reason| {
            self.add(field, reason);
            T::default()
        })
    }

    /// Adds the reasons of another one.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Every field with its reason.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Reason)> {
        self.0.iter().map(|(field, reason)| (*field, reason))
    }

    /// `Ok` when nothing was found.
    ///
    /// # Errors
    /// Itself, when something was.
    pub fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}
