package pqsigner.cli.custodian;

import picocli.CommandLine.Command;

/// Registered keys.
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "List, show and export registered keys, and enable or disable their versions.",
    subcommands = {
      KeysListCommand.class,
      KeysShowCommand.class,
      KeysExportCommand.class,
      KeysStateCommand.EnableCommand.class,
      KeysStateCommand.DisableCommand.class
    })
public final class KeysCommand {}
