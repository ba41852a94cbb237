package pqsigner.attestation.nitro;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pqsigner.attestation.BirthStatement;
import pqsigner.attestation.Pcr;

/// A [Verification] for people and for scripts. It says what was proved and, as plainly, what
/// nobody asked for: a genuine document of an unknown image proves little.
///
/// Names and values come from the document only once it is verified; a rejected one gets no chance
/// to say anything.
public final class AttestationReport {
  private static final HexFormat HEX = HexFormat.of();

  private AttestationReport() {}

  /// Several lines, without a final line break.
  public static String text(Verification verification) {
    return switch (verification) {
      case Verification.Rejected(RejectionReason reason, String detail) ->
          "REJECTED  " + reason.code() + "\n  " + detail;
      case Verification.Verified verified -> text(verified);
    };
  }

  /// The same for JSON: maps, lists, strings, numbers and booleans, in the order to be written.
  public static SequencedMap<String, Object> json(Verification verification) {
    return switch (verification) {
      case Verification.Rejected(RejectionReason reason, String detail) -> {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("verified", false);
        json.put("reason", reason.code());
        json.put("detail", detail);
        yield json;
      }
      case Verification.Verified verified -> json(verified);
    };
  }

  private static String text(Verification.Verified verified) {
    AttestationDocument document = verified.document();
    List<String> lines = new ArrayList<>();
    lines.add(
        simulated(verified)
            ? "VERIFIED  a simulated attestation document: its root is not AWS's"
            : "VERIFIED  a genuine Nitro Enclaves attestation document");
    lines.add(line("enclave", document.moduleId()));
    lines.add(line("issued", document.timestamp() + ", " + age(verified.age())));
    lines.add(line("checked", checked(verified)));
    lines.add(line("mode", mode(document)));
    lines.add(line("root", verified.root().name() + ", SHA-256 " + verified.root().sha256()));
    for (X509Certificate certificate : verified.chain().reversed()) {
      lines.add(line("chain", certificate.getSubjectX500Principal().getName()));
    }
    document.pcrs().forEach((index, value) -> register(lines, verified.policy(), index, value));
    AttestationPolicy policy = verified.policy();
    lines.add(line("user data", field(document.userData(), policy.fields().userData())));
    birth(lines, policy.fields().birth());
    lines.add(line("nonce", field(document.nonce(), policy.fields().nonce())));
    lines.add(line("public key", field(document.publicKey(), policy.fields().publicKey())));
    notShown(verified).forEach(gap -> lines.add(line("not shown", gap)));
    return String.join("\n", lines);
  }

  /// Only AWS's root vouches for hardware; whoever has another root's key writes what he likes.
  private static boolean simulated(Verification.Verified verified) {
    return !verified.root().isAws();
  }

  private static String line(String label, String content) {
    return String.format("  %-10s  %s", label, content);
  }

  private static String age(Duration age) {
    if (age.isNegative()) {
      return "ahead of our clock by " + spoken(age.negated());
    }
    return spoken(age) + " before this check";
  }

  /// Coarse enough to read: the two largest units.
  private static String spoken(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    if (duration.toMinutes() > 0) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return duration.toSeconds() + "." + duration.toMillisPart() / 100 + " s";
  }

  private static String checked(Verification.Verified verified) {
    return switch (verified.policy().time()) {
      case EvaluationTime.Live live ->
          "live: certificates valid at "
              + verified.validAt()
              + ", at most "
              + spoken(live.ageMax())
              + " old";
      case EvaluationTime.AtDocumentTime _ ->
          "archived: certificates valid at the document's own time";
      case EvaluationTime.Since since ->
          "asked for at " + since.askedAt() + ": certificates valid at the document's own time";
    };
  }

  private static String mode(AttestationDocument document) {
    return document.debugMode()
        ? "DEBUG: measurements are zero and the enclave hides nothing from its parent"
        : "production (PCR0, PCR1 and PCR2 are not zero)";
  }

  private static void register(
      List<String> lines, AttestationPolicy policy, int index, byte[] value) {
    if (Pcr.isZero(value) && index > 2 && comparison(policy, index).equals("not_compared")) {
      return;
    }
    lines.add(
        line(
            "PCR" + index,
            (Pcr.isZero(value) ? "zero" : HEX.formatHex(value))
                + "  "
                + Pcr.meaning(index)
                + ", "
                + comparison(policy, index).replace('_', ' ')));
  }

  private static String comparison(AttestationPolicy policy, int index) {
    if (policy.code().pcrs().containsKey(index)) {
      return "as_expected";
    }
    return policy.code().images().stream().anyMatch(image -> image.containsKey(index))
        ? "one_of_the_allowed"
        : "not_compared";
  }

  private static String field(byte @Nullable [] actual, byte @Nullable [] expected) {
    if (actual == null) {
      return "none";
    }
    return actual.length + " bytes, " + (expected == null ? "not compared" : "as expected");
  }

  private static void birth(List<String> lines, @Nullable BirthStatement birth) {
    if (birth == null) {
      return;
    }
    lines.add(
        line(
            "key",
            birth.algorithm()
                + " version "
                + birth.version()
                + " of "
                + birth.custodian()
                + " / "
                + birth.userId()
                + ", generated in this enclave"));
    lines.add(line("", "under KMS key " + birth.kmsKeyArn()));
    BirthStatement.Sealing sealing = birth.sealing();
    if (sealing != null) {
      lines.add(line("", "for request " + sealing.requestId()));
      lines.add(line("", "sealed record SHA-256 " + base64(sealing.keySha256())));
    }
  }

  private static List<String> notShown(Verification.Verified verified) {
    AttestationPolicy policy = verified.policy();
    List<String> gaps = new ArrayList<>();
    if (simulated(verified)) {
      gaps.add("an enclave at all: the root is not AWS's");
    }
    if (verified.document().debugMode()) {
      gaps.add("any property of the code: this is a debug-mode enclave");
    } else if (comparison(policy, 0).equals("not_compared")) {
      gaps.add("which image ran: no PCR0 was given to compare with");
    }
    if (policy.fields().userData() == null && policy.fields().publicKey() == null) {
      gaps.add("a key: no statement or key was given to compare with");
    }
    if (policy.fields().birth() != null && policy.fields().birth().statementVersion() == 1) {
      gaps.add(
          "which sealed record holds the key, or for which request it was made: birth statement v1"
              + " binds neither, and no nonce");
    }
    if (policy.fields().nonce() == null && policy.time() instanceof EvaluationTime.Live) {
      gaps.add("that it was made for us: no nonce was given");
    }
    return gaps;
  }

  private static SequencedMap<String, Object> json(Verification.Verified verified) {
    AttestationDocument document = verified.document();
    AttestationPolicy policy = verified.policy();
    SequencedMap<String, Object> json = new LinkedHashMap<>();
    json.put("verified", true);
    json.put("simulated", simulated(verified));
    json.put("module_id", document.moduleId());
    json.put("timestamp", document.timestamp().toString());
    json.put("checked_at", verified.checkedAt().toString());
    json.put("age_seconds", verified.age().toSeconds());
    json.put("certificates_valid_at", verified.validAt().toString());
    json.put("live", policy.time() instanceof EvaluationTime.Live);
    json.put("debug_mode", document.debugMode());
    json.put("root_name", verified.root().name());
    json.put("root_sha256", verified.root().sha256());
    json.put(
        "chain",
        verified.chain().stream().map(c -> c.getSubjectX500Principal().getName()).toList());
    json.put("pcrs", registers(document, policy));
    put(json, "user_data", document.userData(), policy.fields().userData());
    put(json, "nonce", document.nonce(), policy.fields().nonce());
    put(json, "public_key", document.publicKey(), policy.fields().publicKey());
    BirthStatement birth = policy.fields().birth();
    if (birth != null) {
      json.put("key", json(birth));
    }
    json.put("not_shown", notShown(verified));
    return json;
  }

  private static Map<String, Object> registers(
      AttestationDocument document, AttestationPolicy policy) {
    SequencedMap<String, Object> registers = new LinkedHashMap<>();
    document
        .pcrs()
        .forEach(
            (index, value) -> {
              SequencedMap<String, Object> register = new LinkedHashMap<>();
              register.put("value", HEX.formatHex(value));
              register.put("meaning", Pcr.meaning(index));
              register.put("comparison", comparison(policy, index));
              registers.put(String.valueOf(index), register);
            });
    return registers;
  }

  private static void put(
      SequencedMap<String, Object> json,
      String name,
      byte @Nullable [] actual,
      byte @Nullable [] expected) {
    if (actual != null) {
      SequencedMap<String, Object> field = new LinkedHashMap<>();
      field.put("value", HEX.formatHex(actual));
      field.put("comparison", expected == null ? "not_compared" : "as_expected");
      json.put(name, field);
    }
  }

  private static SequencedMap<String, Object> json(BirthStatement birth) {
    SequencedMap<String, Object> json = new LinkedHashMap<>();
    json.put("custodian", birth.custodian());
    json.put("user_id", birth.userId());
    json.put("alg", birth.algorithm());
    json.put("key_version", birth.version());
    json.put("kms_key_arn", birth.kmsKeyArn());
    json.put("birth_statement", birth.statementVersion());
    BirthStatement.Sealing sealing = birth.sealing();
    if (sealing != null) {
      json.put("request_id", sealing.requestId());
      json.put("sealed_key_sha256", base64(sealing.keySha256()));
    }
    return json;
  }

  /// As the API gives it, and as whoever checks it passes it on.
  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
