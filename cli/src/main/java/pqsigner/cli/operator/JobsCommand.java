package pqsigner.cli.operator;

import picocli.CommandLine.Command;

/// Failed jobs.
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    description = "Failed jobs: list, show, replay. Needs an operator's certificate.",
    subcommands = {JobsListCommand.class, JobsShowCommand.class, JobsReplayCommand.class})
public final class JobsCommand {}
