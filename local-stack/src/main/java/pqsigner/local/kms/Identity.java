package pqsigner.local.kms;

/// A role and its temporary credentials.
///
/// @param principal ARN of the role
public record Identity(
    String principal, String accessKeyId, String secretAccessKey, String sessionToken) {

  @Override
  public String toString() {
    return "Identity[" + principal + ", " + accessKeyId + "]";
  }
}
