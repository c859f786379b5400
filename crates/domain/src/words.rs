//! Enumerations whose values have names of a fixed set.

/// Defines an enumeration with `ALL`, `as_str`, and `FromStr`, whose error lists the names.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ } one of $all:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// All values, in their documented order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name used on surfaces and in the store.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::access::UnknownName;

            fn from_str(text: &str) -> Result<Self, $crate::access::UnknownName> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::access::UnknownName($all)) }
            }
        }
    )+};
}

pub(crate) use words;
