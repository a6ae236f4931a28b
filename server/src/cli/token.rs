//! `thon token`: what programs sign in with, made, listed and revoked.

use std::process::ExitCode;

use serde_json::json;

use super::{
    Context,
    args::{CreateTokenArguments, ListTokensArguments, RevokeTokenArguments, TokenCommand},
    client::Client,
    columns::{aligned, moment},
    error::CliError,
    wire::{CreatedToken, RevokedToken, TokenInfo, TokenList},
};

const TOKENS: &str = "/api/tokens";

pub(super) async fn token(command: TokenCommand, context: &mut Context) -> Result<ExitCode, CliError> {
    let client = context.client()?;
    match command {
        TokenCommand::Create(arguments) => create(&client, arguments, context).await,
        TokenCommand::List(arguments) => list(&client, arguments, context).await,
        TokenCommand::Revoke(arguments) => revoke(&client, arguments, context).await,
    }
}

async fn create(client: &Client, asked: CreateTokenArguments, context: &Context) -> Result<ExitCode, CliError> {
    let body = json!({ "name": asked.name, "scope": asked.scope, "expires_in_hours": asked.expires });
    let made: CreatedToken = client.post(TOKENS, &body).await?;
    if asked.output.json {
        context.printer.json(&made)?;
    } else {
        let CreatedToken { name, scope, token, expires_at, .. } = made;
        let until = moment(Some(expires_at));
        context.printer.note(format_args!("{name}: for {scope}, until {until}; nobody can show it again"));
        context.printer.data(token);
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, asked: ListTokensArguments, context: &Context) -> Result<ExitCode, CliError> {
    let listed: TokenList = client.get(&format!("{TOKENS}?all={}", asked.all)).await?;
    if asked.output.json {
        context.printer.json(&listed)?;
    } else if listed.tokens.is_empty() {
        context.printer.note("there are no tokens");
    } else {
        context.printer.data(drawn(&listed.tokens, asked.all));
    }
    Ok(ExitCode::SUCCESS)
}

async fn revoke(client: &Client, asked: RevokeTokenArguments, context: &Context) -> Result<ExitCode, CliError> {
    let TokenList { tokens } = client.get(&format!("{TOKENS}?all=false")).await?;
    let id = found(&asked.token, &tokens)?;
    let revoked: RevokedToken = client.delete(&format!("{TOKENS}/{id}")).await?;
    if asked.output.json {
        context.printer.json(&revoked)?;
    } else {
        let more = revoked.count.saturating_sub(1);
        let more = if more == 0 { String::new() } else { format!(", and {more} that it had made") };
        context.printer.note(format_args!("revoked {}{more}", asked.token));
    }
    Ok(ExitCode::SUCCESS)
}

/// The id of a token that somebody named. An id may be anybody's: whether it may be revoked, the server knows.
fn found(wanted: &str, tokens: &[TokenInfo]) -> Result<String, CliError> {
    let named: Vec<&TokenInfo> = tokens.iter().filter(|token| token.name == wanted).collect();
    match named.as_slice() {
        [token] => Ok(token.id.clone()),
        [] if wanted.parse::<uuid::Uuid>().is_ok() => Ok(wanted.to_owned()),
        [] => Err(CliError::user(format!("you have no token {wanted:?}")).with_hint("`thon token list` shows them")),
        several => {
            let ids: Vec<String> =
                several.iter().map(|token| format!("{} of {}", token.id, moment(Some(token.created_at)))).collect();
            let what = format!("{} tokens are called {wanted:?}\n  {}", several.len(), ids.join("\n  "));
            Err(CliError::user(what).with_hint("name the one you mean by its id"))
        }
    }
}

/// The table. Whose they are stands there when everybody's were asked for.
fn drawn(tokens: &[TokenInfo], all: bool) -> String {
    let head = ["NAME", "SCOPE", "OWNER", "EXPIRES", "LAST USED", "ID"].map(str::to_owned);
    let rows = tokens.iter().map(|token| {
        let used = moment(token.last_used_at);
        [
            token.name.clone(),
            token.scope.to_string(),
            token.account.clone(),
            moment(Some(token.expires_at)),
            used,
            token.id.clone(),
        ]
    });
    let owner = |(nth, _): &(usize, String)| all || *nth != 2;
    let shown = |row: [String; 6]| row.into_iter().enumerate().filter(owner).map(|(_, cell)| cell).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = [head].into_iter().chain(rows).map(shown).collect();
    aligned(&rows).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, id: u128) -> TokenInfo {
        serde_json::from_value(json!({
            "id": uuid::Uuid::from_u128(id),
            "name": name,
            "scope": "write",
            "account": "Admin",
            "created_at": "2026-11-24T10:00:59Z",
            "expires_at": "2026-12-24T10:00:59Z",
            "last_used_at": null,
        }))
        .expect("a token")
    }

    #[test]
    fn a_token_is_found_by_name_or_id() {
        let tokens = [token("ci", 1), token("twice", 2), token("twice", 3)];
        assert_eq!(found("ci", &tokens).expect("one"), tokens[0].id);
        let id = uuid::Uuid::from_u128(9).to_string();
        assert_eq!(found(&id, &tokens).expect("somebody else's"), id);
        assert!(found("nothing", &tokens).is_err());
        let several = found("twice", &tokens).expect_err("which?").to_string();
        assert!(several.contains(&tokens[1].id) && several.contains(&tokens[2].id), "{several}");
    }

    #[test]
    fn the_table_names_owners_where_there_are_several() {
        insta::assert_snapshot!(drawn(&[token("ci", 1)], false), @r"
        NAME  SCOPE  EXPIRES               LAST USED  ID
        ci    write  2026-12-24 10:00 UTC  -          00000000-0000-0000-0000-000000000001
        ");
        insta::assert_snapshot!(drawn(&[token("ci", 1)], true), @r"
        NAME  SCOPE  OWNER  EXPIRES               LAST USED  ID
        ci    write  Admin  2026-12-24 10:00 UTC  -          00000000-0000-0000-0000-000000000001
        ");
    }
}
