//! Traits that the public types implement.

use cors_runtime::{AllowHeaders, HeaderNames, Origin, OriginSource, Policy, Rule, SourceLocation};

fn is_send_and_sync<T: Send + Sync>() {}

#[cfg(feature = "axum")]
fn is_send<T: Send>() {}

#[test]
fn values_can_be_sent_between_threads() {
    is_send_and_sync::<(Policy, AllowHeaders<'_>, HeaderNames<'_>, Origin, OriginSource<'_>, Rule)>();
    is_send_and_sync::<SourceLocation>();
    #[cfg(feature = "runtime-policies")]
    {
        use cors_runtime::{Finding, Key, MaxAge, OriginCheck, OriginSet, OriginSetRef};
        use cors_runtime::{PolicyBuilder, PolicyError, PolicyErrors};
        is_send_and_sync::<(Finding, Key, MaxAge, OriginCheck, OriginSet, OriginSetRef)>();
        is_send_and_sync::<(PolicyBuilder, PolicyError, PolicyErrors)>();
    }
    #[cfg(any(feature = "axum", feature = "actix"))]
    {
        use cors_runtime::{BuildError, BuildProblem, Manifest, ManifestRoute};
        is_send_and_sync::<(BuildError, BuildProblem, Manifest, ManifestRoute)>();
    }
    #[cfg(feature = "axum")]
    {
        use cors_runtime::axum::{PolicyLayer, PolicyService, Routes};
        is_send_and_sync::<(PolicyLayer, PolicyService<()>)>();
        is_send::<Routes>();
    }
    #[cfg(feature = "actix")]
    is_send_and_sync::<cors_runtime::actix::PolicyMiddleware>();
    #[cfg(feature = "testing")]
    {
        use cors_runtime::testing::{Blocked, Browser, Fetch, Page, Response, TargetError, TowerBody};
        is_send_and_sync::<(Blocked, Browser, Fetch, Page, Response, TargetError, TowerBody)>();
    }
}

/// `?` in a function that returns a boxed error needs these traits.
#[test]
fn errors_can_be_boxed() {
    fn is_error<T: std::error::Error + Clone + PartialEq + Send + Sync + 'static>() {}
    #[cfg(feature = "runtime-policies")]
    {
        is_error::<cors_runtime::PolicyErrors>();
        is_error::<cors_runtime::PolicyError>();
    }
    #[cfg(any(feature = "axum", feature = "actix"))]
    {
        is_error::<cors_runtime::BuildError>();
        is_error::<cors_runtime::BuildProblem>();
    }
    #[cfg(feature = "testing")]
    {
        is_error::<cors_runtime::testing::TargetError>();
    }
}
