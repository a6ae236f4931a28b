//! Pages of lists, as requests ask for them.

use thon_core::error::Error;
use thon_domain::{
    page::{MAX_SIZE, PageRequest},
    problem::FieldError,
};

/// The page that is asked for; the first of 50 when nothing is said.
///
/// # Errors
/// `Invalid` when there is no such page.
pub fn page_of(page: Option<u32>, page_size: Option<u32>) -> Result<PageRequest, Error> {
    let default = PageRequest::default();
    let asked = PageRequest { page: page.unwrap_or(default.page), page_size: page_size.unwrap_or(default.page_size) };
    let wrong = |field: &str, message: String| {
        let fields = vec![FieldError { field: field.to_owned(), message }];
        Err(Error::Invalid { what: "this page does not exist".to_owned(), fields })
    };
    if asked.page == 0 {
        return wrong("page", "pages count from 1".to_owned());
    }
    if !(1..=MAX_SIZE).contains(&asked.page_size) {
        return wrong("page_size", format!("a page has 1 to {MAX_SIZE} items"));
    }
    Ok(asked)
}

/// The page that is asked for; everything when nothing is said, as the earlier THON answered.
///
/// # Errors
/// `Invalid` when there is no such page.
pub fn page_or_all(page: Option<u32>, page_size: Option<u32>) -> Result<Option<PageRequest>, Error> {
    (page.is_some() || page_size.is_some()).then(|| page_of(page, page_size)).transpose()
}
