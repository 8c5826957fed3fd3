package tasknet.worker.handler;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** {@code hash}: the SHA-256 of a text's UTF-8, in lower-case hexadecimal digits. */
public final class HashHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("hash");

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public String handle(JsonNode payload, TaskContext context) throws NoSuchAlgorithmException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer utf8 =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(Payload.text(payload)));
      digest.update(utf8);
      return HexFormat.of().formatHex(digest.digest());
    } catch (CharacterCodingException e) {
      throw InvalidPayloadException.wanted("a text that UTF-8 can express", payload);
    }
  }
}
