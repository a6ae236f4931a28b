//! A reader of nginx's configuration for tests: splits it as nginx does (`src/core/ngx_conf_file.c` there).

/// A directive with its words, unquoted, and what stands in its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    pub words: Vec<String>,
    pub block: Option<Vec<Directive>>,
}

impl Directive {
    /// All directives of it and below it, as `name` in the path of blocks that they stand in.
    fn names(&self, above: &str, into: &mut Vec<String>) {
        let name = format!("{above}{}", self.words[0]);
        for directive in self.block.iter().flatten() {
            directive.names(&format!("{name}/"), into);
        }
        into.push(name);
    }
}

/// The names of all directives, in their order, with the blocks that they stand in.
pub fn names(directives: &[Directive]) -> Vec<String> {
    let mut names = Vec::new();
    for directive in directives {
        directive.names("", &mut names);
    }
    names
}

/// # Panics
/// When nginx would not take it either.
pub fn parse(text: &str) -> Vec<Directive> {
    let mut tokens = tokens(text).into_iter();
    let directives = block(&mut tokens, 0);
    assert_eq!(tokens.next(), None, "more than a configuration");
    directives
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    End,
    Open,
    Close,
}

fn block(tokens: &mut impl Iterator<Item = Token>, depth: usize) -> Vec<Directive> {
    let (mut directives, mut words) = (Vec::new(), Vec::new());
    loop {
        match tokens.next() {
            Some(Token::Word(word)) => words.push(word),
            Some(Token::End) => {
                assert!(!words.is_empty(), "a `;` after nothing");
                directives.push(Directive { words: std::mem::take(&mut words), block: None });
            }
            Some(Token::Open) => {
                assert!(!words.is_empty(), "a block of nothing");
                let block = Some(block(tokens, depth + 1));
                directives.push(Directive { words: std::mem::take(&mut words), block });
            }
            Some(Token::Close) => {
                assert!(depth > 0 && words.is_empty(), "a block ends that did not begin, or in a directive");
                return directives;
            }
            None => {
                assert!(depth == 0 && words.is_empty(), "it ends in the middle");
                return directives;
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), text.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '#' => while rest.next_if(|c| *c != '\n').is_some() {},
            ';' => tokens.push(Token::End),
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            '"' | '\'' => {
                let mut word = String::new();
                loop {
                    match rest.next().expect("a quote ends") {
                        end if end == c => break,
                        '\\' => word.push(rest.next().expect("something follows")),
                        other => word.push(other),
                    }
                }
                let ends = rest.peek().is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '{' | ')'));
                assert!(ends, "something follows a quote at once");
                tokens.push(Token::Word(word));
            }
            first => {
                let mut word = String::from(first);
                if first == '\\' {
                    word.extend(rest.next());
                }
                while let Some(c) = rest.next_if(|c| !c.is_whitespace() && !matches!(c, ';' | '{')) {
                    word.push(c);
                    if c == '\\' {
                        word.extend(rest.next());
                    }
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    tokens
}
