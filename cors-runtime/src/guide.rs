//! The guide: a chapter for each question that comes up after the first day.
//!
//! | chapter | asks |
//! |---|---|
//! | [`credentials`] | Why is my cookie not sent? Does CORS protect against CSRF? |
//! | [`caching`] | What does a CDN need? How long do browsers remember preflights? |
//! | [`login`] | Why do preflights get 401? In which order do layers stand? |
//! | [`errors`] | Why can the page not read a 404, a 422, a 504? |
//! | [`cross_origin_protection`] | Which requests of other pages does `enforce` refuse? What about DNS rebinding? |
//! | [`websockets`] | Who may open a WebSocket? |
//! | [`apps`] | Which origin does my Capacitor, Tauri or Electron app have? |
//! | [`environments`] | How do laptop, staging and production differ? |
//! | [`tenants`] | What if customers bring their own domains? |
//! | [`openapi`] | How do utoipa and aide describe annotated handlers? |
//! | [`testing`] | What is worth a test, and how is it written? |
//! | [`debugging`] | What does this message in the console mean? |

// The links of a chapter name files, for those who read it in the repository. In the documentation the same names are
// defined before, as items: the first definition counts.
macro_rules! chapters {
    ($($name:ident $file:literal)*) => {$(
        #[doc = include_str!("../docs/links.md")]
        #[doc = include_str!($file)]
        pub mod $name {}
    )*};
}

chapters! {
    credentials "../docs/credentials.md"
    caching "../docs/caching.md"
    login "../docs/login.md"
    errors "../docs/errors.md"
    cross_origin_protection "../docs/cross-origin-protection.md"
    websockets "../docs/websockets.md"
    apps "../docs/apps.md"
    environments "../docs/environments.md"
    tenants "../docs/tenants.md"
    openapi "../docs/openapi.md"
    testing "../docs/testing.md"
    debugging "../docs/debugging.md"
}
