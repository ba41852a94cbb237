package pqsigner.deploy.configuration;

/// One line of the page.
///
/// @param byDefault as code, or `required` or `none`
record Setting(String key, String type, String byDefault, String meaning, String ifWrong) {
  static final String HEAD =
      "| setting | type | default | meaning | what goes wrong |\n|---|---|---|---|---|\n";

  private static final String MARK = "If wrong: ";

  /// @param description with what goes wrong after the mark
  static Setting described(String key, String type, String byDefault, String description) {
    int mark = description.indexOf(MARK);
    if (mark < 1 || mark + MARK.length() >= description.length()) {
      throw new AssertionError(key + " does not say what goes wrong (\"" + MARK + "…\")");
    }
    return new Setting(
        key,
        type,
        byDefault,
        sentence(description.substring(0, mark)),
        sentence(description.substring(mark + MARK.length())));
  }

  private static String sentence(String text) {
    return text.strip().replaceAll("\\.$", "").replace("|", "\\|");
  }

  String row() {
    return "| `%s` | %s | %s | %s | %s |\n".formatted(key, type, byDefault, meaning, ifWrong);
  }
}
