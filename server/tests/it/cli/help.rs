//! What the program says about itself, and about a command that it does not know.

use super::Machine;

#[test]
fn help() {
    insta::assert_snapshot!(Machine::new().thon(&["--help"]), @r"
    exit 0
    -- stdout
    A VS Code for everybody at your hackathon

    Usage: thon [OPTIONS] <COMMAND>

    Commands:
      init       Write a first configuration, after a few questions
      run        Start THON and stay
      restart    Let a new server take the running one's place, unnoticed by those who work
      launch     Give everybody in the groups file their sandbox
      list       List the sandboxes: whose, in which state, where
      watch      Watch the sandboxes as they change, until Ctrl-C
      logs       Print what somebody's sandbox wrote
      pause      Freeze sandboxes: they keep their memory and get no CPU
      resume     Let paused sandboxes go on
      terminate  End sandboxes; files stay
      recreate   Put new sandboxes in the place of old ones, with the same files
      renew      Say how long sandboxes may still run
      groups     Bring groups in from a file, or take them out
      role       Say who runs, mentors and judges the event
      join       Make, list, show and revoke the codes by which people come in
      token      Make, list and revoke what programs sign in with
      audit      Tell who did what, from where, and what came of it
      port       Share ports inside sandboxes with others
      cert       Look at the server's certificate, renew it, export its root
      nginx      Look at nginx in front, bring it in line, or take THON's files away
      sign-in    Print a link that signs somebody in
      capacity   Tell how many sandboxes this machine carries
      cleanup    Remove what is left over of sandboxes; shows it first
      check      Compare database, sandboxes and routes
      config     Look at the configuration
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn help_of_launch() {
    insta::assert_snapshot!(Machine::new().thon(&["launch", "--help"]), @r"
    exit 0
    -- stdout
    Give everybody in the groups file their sandbox

    Usage: thon launch [OPTIONS]

    Options:
          --group <GROUP>  Launch only this group
          --groups <FILE>  Import this groups file first
          --demo           Import the demo event first: two groups, three people
          --from-db        Import nothing: only people who are in the database
      -y, --yes            Do not ask when the machine does not carry them all
          --secure         Let the editors that are launched now ask for a password
          --ephemeral      Keep nothing of what is launched now: stay, and end it with its files when this command ends
          --json           Print one JSON document
      -h, --help           Print help

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn help_of_run() {
    insta::assert_snapshot!(Machine::new().thon(&["run", "--help"]), @r"
    exit 0
    -- stdout
    Start THON and stay

    Usage: thon run [OPTIONS]

    Options:
          --log-level <LEVEL>  How much is logged: TRACE, DEBUG, INFO, WARN or ERROR
          --host <ADDRESS>     The address to listen on
          --port <PORT>        The port to listen on
          --secure             Let every editor ask its person for a password
          --insecure-no-auth   Let other machines connect although there is no way to sign in
      -h, --help               Print help

    Options of every command:
          --config <FILE>    Read this configuration instead of ~/.thon/thon.yaml
          --env-file <FILE>  Take further variables from this file instead of the nearest .env
      -q, --quiet            Say only what was asked for
      -v, --verbose          Say more about what happens

    Options for a server elsewhere:
          --server <URL>       Talk to the server at this address, or at the one in THON_SERVER
          --token-file <FILE>  Read the token for it from this file instead of THON_TOKEN
          --ca <FILE>          Trust the authorities in this PEM file, and no others
          --insecure-http      Send the token although nothing is encrypted
    -- stderr
    ");
}

#[test]
fn version_at_once() {
    let machine = Machine::new();
    insta::assert_snapshot!(machine.thon(&["--version"]), @r"
    exit 0
    -- stdout
    thon [VERSION]
    -- stderr
    ");
    let computes = machine.computes(&["--version"]);
    assert!(computes.as_millis() < 20, "{computes:?}");
}

#[test]
fn without_a_command_there_is_help() {
    let said = Machine::new().thon(&[]);
    assert!(said.starts_with("exit 1\n-- stdout\n\n-- stderr\nA VS Code for everybody"), "{said}");
}

#[test]
fn an_unknown_command() {
    insta::assert_snapshot!(Machine::new().thon(&["lauch"]), @r"
    exit 1
    -- stdout

    -- stderr
    error: unrecognized subcommand 'lauch'

      tip: some similar subcommands exist: 'watch', 'launch'

    Usage: thon [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}
