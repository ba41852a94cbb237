package pqsigner.cli.local;

import picocli.CommandLine.Command;

/// The local stack.
@Command(
    name = "local",
    mixinStandardHelpOptions = true,
    description =
        "Run the whole product on this machine, with simulated hardware and a stand-in KMS.",
    subcommands = LocalUpCommand.class)
public final class LocalCommand {}
