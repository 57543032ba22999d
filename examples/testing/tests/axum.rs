//! Tests of what pages can do with the application in axum.

use cors_runtime::testing::{Blocked, Browser, Fetch, Reason};
use testing::with_axum::app;

#[tokio::test]
async fn our_page_reads_what_the_policy_exposes() -> Result<(), Blocked> {
    let page = Browser::new().page("https://app.example.com");
    let orders = page.fetch(&app(), Fetch::get("/orders").credentials()).await?;
    assert_eq!(orders.header("x-total-count"), Some("3"));
    assert_eq!(orders.header("x-internal"), None);
    assert!(page.fetch(&app(), Fetch::post("/orders").credentials().json("{}")).await?.ok());
    assert_eq!(page.browser().preflights(), 1);
    Ok(())
}

#[tokio::test]
async fn other_pages_read_nothing() {
    let page = Browser::new().page("https://evil.example");
    let blocked = page.fetch(&app(), Fetch::get("/orders")).await.unwrap_err();
    assert_eq!(blocked.reason(), Reason::MissingAllowOrigin, "{blocked}");
}
