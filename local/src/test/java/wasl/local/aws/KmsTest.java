package wasl.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

@ExtendWith(AwsStack.Shared.class)
@Tag("aws-stack")
class KmsTest {
  private static final Map<String, String> CONTEXT =
      Map.of("project", "prj_1", "environment", "dev", "key", "k1");

  private final AwsStack stack;
  private final KmsClient kms;

  KmsTest(AwsStack stack) {
    this.stack = stack;
    this.kms = stack.kms();
  }

  @Test
  void a_data_key_is_unwrapped_with_the_same_context_only() {
    String key = createKey();
    GenerateDataKeyResponse dataKey = generate(key);

    assertThat(dataKey.plaintext().asByteArray()).hasSize(32);
    assertThat(decrypt(dataKey.ciphertextBlob(), CONTEXT).plaintext())
        .isEqualTo(dataKey.plaintext());
    assertThatThrownBy(() -> decrypt(dataKey.ciphertextBlob(), Map.of()))
        .isInstanceOf(InvalidCiphertextException.class);
    assertThatThrownBy(() ->
            decrypt(
                dataKey.ciphertextBlob(),
                Map.of("project", "prj_2", "environment", "dev", "key", "k1")))
        .isInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void every_changed_byte_of_a_ciphertext_is_noticed() {
    byte[] blob =
        kms.encrypt(encrypt ->
                encrypt
                    .keyId(createKey())
                    .plaintext(SdkBytes.fromUtf8String("secret"))
                    .encryptionContext(CONTEXT))
            .ciphertextBlob()
            .asByteArray();

    for (int i = 0; i < blob.length; i++) {
      byte[] changed = blob.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> decrypt(SdkBytes.fromByteArray(changed), CONTEXT))
          .isInstanceOf(KmsException.class);
    }
  }

  @Test
  void a_key_is_found_by_id_arn_and_alias() {
    String key = createKey();
    String alias = "alias/" + key;
    kms.createAlias(create -> create.aliasName(alias).targetKeyId(key));
    String arn = kms.describeKey(describe -> describe.keyId(key)).keyMetadata().arn();

    assertThat(arn).isEqualTo("arn:aws:kms:us-east-1:000000000000:key/" + key);
    assertThat(kms.describeKey(describe -> describe.keyId(alias)).keyMetadata().keyId())
        .isEqualTo(key);
    assertThat(kms.describeKey(describe -> describe.keyId(arn)).keyMetadata().keyId())
        .isEqualTo(key);
    assertThat(
            decrypt(
                    generate("arn:aws:kms:us-east-1:000000000000:" + alias).ciphertextBlob(),
                    CONTEXT)
                .keyId())
        .isEqualTo(arn);
    assertThat(kms.listAliases(list -> list.keyId(key)).aliases())
        .singleElement()
        .satisfies(listed -> assertThat(listed.aliasName()).isEqualTo(alias));
    assertThatThrownBy(() -> kms.createAlias(create -> create.aliasName(alias).targetKeyId(key)))
        .isInstanceOf(AlreadyExistsException.class);
  }

  @Test
  void a_missing_key_or_alias_is_not_found() {
    assertThatThrownBy(() -> kms.describeKey(describe -> describe.keyId("alias/none")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> generate("00000000-0000-0000-0000-000000000000"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void a_ciphertext_of_another_key_is_refused_when_a_key_is_demanded() {
    SdkBytes blob = generate(createKey()).ciphertextBlob();
    String other = createKey();

    assertThatThrownBy(() ->
            kms.decrypt(
                decrypt -> decrypt.ciphertextBlob(blob).keyId(other).encryptionContext(CONTEXT)))
        .isInstanceOf(IncorrectKeyException.class);
  }

  @Test
  void a_disabled_key_opens_nothing_until_it_is_enabled() {
    String key = createKey();
    SdkBytes blob = generate(key).ciphertextBlob();
    kms.disableKey(disable -> disable.keyId(key));

    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(DisabledException.class);
    assertThatThrownBy(() -> generate(key)).isInstanceOf(DisabledException.class);

    kms.enableKey(enable -> enable.keyId(key));
    assertThat(decrypt(blob, CONTEXT).plaintext().asByteArray()).hasSize(32);
  }

  @Test
  void a_key_pending_deletion_opens_nothing_and_comes_back_disabled() {
    String key = createKey();
    SdkBytes blob = generate(key).ciphertextBlob();
    kms.scheduleKeyDeletion(schedule -> schedule.keyId(key).pendingWindowInDays(7));

    assertThatThrownBy(() -> decrypt(blob, CONTEXT)).isInstanceOf(KmsInvalidStateException.class);
    assertThatThrownBy(() -> kms.enableKey(enable -> enable.keyId(key)))
        .isInstanceOf(KmsInvalidStateException.class);

    kms.cancelKeyDeletion(cancel -> cancel.keyId(key));
    assertThat(kms.describeKey(describe -> describe.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.DISABLED);
  }

  @Test
  void a_rotated_key_still_opens_what_it_sealed_before() {
    String key = createKey();
    SdkBytes before = generate(key).ciphertextBlob();
    kms.enableKeyRotation(enable -> enable.keyId(key));
    kms.rotateKeyOnDemand(rotate -> rotate.keyId(key));
    SdkBytes after = generate(key).ciphertextBlob();

    assertThat(kms.getKeyRotationStatus(get -> get.keyId(key)).keyRotationEnabled()).isTrue();
    assertThat(decrypt(before, CONTEXT).plaintext().asByteArray()).hasSize(32);
    assertThat(decrypt(after, CONTEXT).plaintext().asByteArray()).hasSize(32);
  }

  @Test
  void re_encrypting_moves_a_secret_to_another_key_and_context() {
    GenerateDataKeyResponse dataKey = generate(createKey());
    String other = createKey();
    Map<String, String> moved = Map.of("project", "prj_9");

    SdkBytes blob =
        kms.reEncrypt(reEncrypt ->
                reEncrypt
                    .ciphertextBlob(dataKey.ciphertextBlob())
                    .sourceEncryptionContext(CONTEXT)
                    .destinationKeyId(other)
                    .destinationEncryptionContext(moved))
            .ciphertextBlob();

    DecryptResponse opened = decrypt(blob, moved);
    assertThat(opened.plaintext()).isEqualTo(dataKey.plaintext());
    assertThat(opened.keyId()).endsWith(other);
  }

  @Test
  void the_key_ring_is_only_its_owners() throws Exception {
    createKey();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(stack.folder().resolve("kms.json"))))
        .isEqualTo("rw-------");
  }

  private String createKey() {
    return kms.createKey().keyMetadata().keyId();
  }

  private GenerateDataKeyResponse generate(String key) {
    return kms.generateDataKey(
        generate -> generate.keyId(key).keySpec(DataKeySpec.AES_256).encryptionContext(CONTEXT));
  }

  private DecryptResponse decrypt(SdkBytes blob, Map<String, String> context) {
    return kms.decrypt(decrypt -> decrypt.ciphertextBlob(blob).encryptionContext(context));
  }
}
