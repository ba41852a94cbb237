package pqsigner.cli.attestation;

import picocli.CommandLine.Command;

/// Attestation documents.
@Command(
    name = "attestation",
    mixinStandardHelpOptions = true,
    description = "Work with Nitro attestation documents.",
    subcommands = AttestationVerifyCommand.class)
public final class AttestationCommand {}
