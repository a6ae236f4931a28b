//! Icons: own, 16 px, drawn once in a sprite and used by name. The word beside it carries the meaning.

use leptos::prelude::*;

const SPRITE: &str = include_str!("icon/sprite.svg");

/// The names of the drawings in the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    Again,
    Badge,
    Close,
    Clock,
    Copy,
    Door,
    Down,
    Folder,
    GitHub,
    GitLab,
    Groups,
    Instances,
    Link,
    Live,
    Keys,
    More,
    Open,
    Overview,
    Play,
    Plus,
    Search,
    Settings,
    Sort,
    Stale,
    Stop,
    Sun,
    User,
    Warn,
    StateFailed,
    StateNone,
    StatePaused,
    StatePausing,
    StatePending,
    StateResuming,
    StateRunning,
    StateStopping,
    StateTerminated,
}

impl Symbol {
    /// Where the drawing is, for a `<use>`.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Again => "#i-again",
            Self::Badge => "#i-badge",
            Self::Close => "#i-close",
            Self::Clock => "#i-clock",
            Self::Copy => "#i-copy",
            Self::Door => "#i-door",
            Self::Down => "#i-dl",
            Self::Folder => "#i-folder",
            Self::GitHub => "#i-gh",
            Self::GitLab => "#i-gl",
            Self::Groups => "#i-groups",
            Self::Instances => "#i-instances",
            Self::Link => "#i-link",
            Self::Live => "#i-live",
            Self::Keys => "#i-keys",
            Self::More => "#i-more",
            Self::Open => "#i-open",
            Self::Overview => "#i-overview",
            Self::Play => "#i-play",
            Self::Plus => "#i-plus",
            Self::Search => "#i-search",
            Self::Settings => "#i-settings",
            Self::Sort => "#i-sort",
            Self::Stale => "#i-stale",
            Self::Stop => "#i-stop",
            Self::Sun => "#i-sun",
            Self::User => "#i-user",
            Self::Warn => "#i-warn",
            Self::StateFailed => "#i-st-failed",
            Self::StateNone => "#i-st-none",
            Self::StatePaused => "#i-st-paused",
            Self::StatePausing => "#i-st-pausing",
            Self::StatePending => "#i-st-pending",
            Self::StateResuming => "#i-st-resuming",
            Self::StateRunning => "#i-st-running",
            Self::StateStopping => "#i-st-stopping",
            Self::StateTerminated => "#i-st-terminated",
        }
    }
}

/// One icon in the running text.
#[component]
pub fn Icon(symbol: Symbol) -> impl IntoView {
    view! {
        <svg class="i" aria-hidden="true">
            <use href=symbol.href() />
        </svg>
    }
}

/// All drawings. Stands once in a page.
#[component]
pub fn Sprite() -> impl IntoView {
    view! { <svg class="absolute" width="0" height="0" aria-hidden="true" inner_html=SPRITE /> }
}
