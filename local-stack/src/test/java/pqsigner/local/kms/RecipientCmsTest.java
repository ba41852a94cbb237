package pqsigner.local.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecipientCmsTest {

  private static final Path SAMPLES = Path.of("../../shared/vectors/kms");
  private static final int KEY_ID_AT = 33;
  private static final int WRAPPED_KEY_AT = KEY_ID_AT + 32 + 62 + 4;
  private static final int IV_AT = WRAPPED_KEY_AT + 256 + 2 + 11 + 15;

  @ParameterizedTest
  @CsvSource({
    "awssdkc-1.ber, CONSTRUCTED",
    "awssdkc-2-ctx.ber, PRIMITIVE",
    "edgebit-1.ber, CONSTRUCTED",
  })
  void theTemplateReproducesWhatAwsEmitted(String sample, RecipientCms.Content form)
      throws Exception {
    Path file = SAMPLES.resolve(sample);
    assumeThat(file).as("real samples beside the checkout").exists();
    byte[] real = Files.readAllBytes(file);
    int contentAt = IV_AT + 16 + (form == RecipientCms.Content.CONSTRUCTED ? 4 : 2);
    int contentBytes = real[contentAt - 1];

    byte[] ours =
        RecipientCms.encode(
            Arrays.copyOfRange(real, KEY_ID_AT, KEY_ID_AT + 32),
            Arrays.copyOfRange(real, WRAPPED_KEY_AT, WRAPPED_KEY_AT + 256),
            Arrays.copyOfRange(real, IV_AT, IV_AT + 16),
            Arrays.copyOfRange(real, contentAt, contentAt + contentBytes),
            form);

    assertThat(ours).isEqualTo(real);
  }

  @ParameterizedTest
  @EnumSource
  void anIndependentReaderOpensIt(RecipientCms.Content form) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var pair = generator.generateKeyPair();
    byte[] secret = {1, 2, 3, 4, 5};

    byte[] cms = RecipientCms.seal(secret, (RSAPublicKey) pair.getPublic(), form);

    var recipients = new CMSEnvelopedData(cms).getRecipientInfos();
    assertThat(recipients.size()).isEqualTo(1);
    assertThat(
            recipients
                .iterator()
                .next()
                .getContent(new JceKeyTransEnvelopedRecipient(pair.getPrivate())))
        .isEqualTo(secret);
  }
}
