package pqsigner.cli.operator;

import picocli.CommandLine.Command;

/// Failed jobs.
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    description = "List, show and replay failed jobs. Needs an operator's certificate.",
    subcommands = {JobsListCommand.class, JobsShowCommand.class, JobsReplayCommand.class})
public final class JobsCommand {}
