//! Closed sets whose members have a word in the database.

/// Writes an enum whose members have a word in the database, with the ways there and back.
macro_rules! worded {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $member,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$member,)+];

            /// The word for it in the database, in addresses and in exports.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$member => $word,)+
                }
            }

            /// The one of that word.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    };
}

pub(crate) use worded;
