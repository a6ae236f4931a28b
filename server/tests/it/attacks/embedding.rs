//! A neighbour's page that makes somebody's editor a part of itself: to have them click in a frame that they do not see, or to
//! read files out of it as scripts and pictures. Their browser sends the cookie along, as neighbours are of the same site.

use rstest::rstest;

use super::site::{Site, Tier};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_neighbours_page_neither_frames_an_editor_nor_reads_files_out_of_it(
    #[values(Tier::Local, Tier::Domain, Tier::Address, Tier::Path)] tier: Tier,
) {
    let site = Site::of(tier).await;
    let place = site.editor("alpha-bob").await;
    let cookie = site.entered(&site.session("alpha/bob").await, "alpha-bob").await;
    let from = async |from: &str, mode: &str, dest: &str| {
        let said = [("Sec-Fetch-Site", from), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest), ("Cookie", &cookie)];
        site.ask(&place, "GET /", &said).await
    };
    for (mode, dest) in [
        ("navigate", "iframe"),
        ("navigate", "frame"),
        ("navigate", "embed"),
        ("navigate", "object"),
        ("no-cors", "script"),
        ("no-cors", "image"),
        ("cors", "empty"),
    ] {
        for whose in ["same-site", "cross-site"] {
            let said = from(whose, mode, dest).await;
            assert!(said.status == 403 && !said.shows("alpha-bob"), "{whose} {dest}: {}", said.head);
        }
        assert!(from("same-origin", mode, dest).await.shows("alpha-bob"), "the editor itself has it as {dest}");
    }
    assert!(from("same-site", "navigate", "document").await.shows("alpha-bob"), "a link opens it");
}
