package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Problem;
import tasknet.registry.WorkerList;

/** Whatever is sent: a problem that says what was wrong, no fault in the log, and life goes on. */
class HostileInputIT {
  private static final String GOOD =
      "{'types':['hash'],'host':'10.0.0.1','port':6000,'capacity':8,'epoch':1,'version':'1',"
          + "'startedAt':'2026-01-01T00:00:00Z'}";

  @TempDir static Path folder;
  private static Running running;

  @BeforeAll
  static void start() throws Exception {
    running = new Running(folder, Duration.ofMinutes(10));
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @AfterEach
  void theNextGoodRequestWorksAndNothingWasAFault() throws Exception {
    assertThat(put(GOOD).statusCode()).isEqualTo(200);
    assertThat(running.get("/workers", WorkerList.class).workers()).hasSize(1);
    assertThat(running.logged()).noneMatch(line -> line.contains("ERROR"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'port':6000   | 'port':0                       | port: '0' is not allowed
          'port':6000   | 'port':65536                   | a whole number from 1 to 65535
          'port':6000   | 'port':99999999999999999999999 | must be a whole number
          'port':6000   | 'port':1e999999999             | it must be a whole number
          'port':6000   | 'port':'six'                   | 'six' is not allowed; it must be a whole number
          'port':6000   | 'port':null                    | port must be a whole number
          'port':6000   | 'port':6000.5                  | '6000.5' is not allowed; it must be a whole number
          'port':6000   | 'port':[6000]                  | port must be a whole number
          'port':6000   | 'x':1                          | port
          'capacity':8  | 'capacity':0                   | capacity: '0' is not allowed
          'capacity':8  | 'capacity':2147483647          | a whole number from 1 to 100000
          'epoch':1     | 'epoch':-1                     | epoch: '-1' is not allowed
          ['hash']      | []                             | a list of at least one task type
          ['hash']      | [null]                         | a list of at least one task type
          ['hash']      | [1]                            | '1' is not allowed; it must be text
          ['hash']      | ['UPPER']                      | a lower-case letter
          ['hash']      | 'hash'                         | types must be a list
          ['hash']      | {}                             | types must be a list
          '10.0.0.1'    | ''                             | a host name or an address
          '10.0.0.1'    | 'a\\nb'                        | a host name or an address
          '10.0.0.1'    | {'a':1}                        | host must be text
          'version':'1' | 'version':''                   | 1 to 64 printable characters
          'version':'1' | 'version':'1','hostname':''    | hostname
          'version':'1' | 'version':'1','hostname':'a b' | letters, digits
          'version':'1' | 'x':'1'                        | version
          2026-01-01    | 2026-13-01                     | 2026-13-01
          'host':       | 'types':['sum'],'host':        | Duplicate
          """)
  void aRegistrationThatCannotBeOneIsAProblem(String good, String bad, String detail)
      throws Exception {
    assertThat(GOOD).contains(good);

    Problem problem = RegistryApiIT.problem(put(GOOD.replace(good, bad)), 400);

    assertThat(problem.code()).isEqualTo("malformed");
    assertThat(problem.detail()).contains(detail);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "[]", "5", "'text'", "{", "{}", "{'types':", "}", "nul"})
  void aBodyThatIsNoRegistrationIsAProblem(String body) throws Exception {
    assertThat(RegistryApiIT.problem(put(body), 400).detail()).isNotBlank();
  }

  @Test
  void textAfterTheRegistrationIsAProblem() throws Exception {
    RegistryApiIT.problem(put(GOOD + GOOD), 400);
  }

  @Test
  void deepNestingIsAProblem() throws Exception {
    String deep = "{'x':" + "[".repeat(10_000) + "]".repeat(10_000) + "}";

    assertThat(RegistryApiIT.problem(put(deep), 400).detail()).contains("nesting depth");
  }

  @Test
  void aHugeNumberIsAProblem() throws Exception {
    String huge = GOOD.replace("6000", "9".repeat(50_000));

    assertThat(RegistryApiIT.problem(put(huge), 400).detail()).contains("1000");
  }

  @Test
  void bytesThatAreNotUtf8AreAProblem() throws Exception {
    byte[] bytes = json(GOOD.replace("'version':'1'", "'version':'?'"));
    bytes[new String(bytes, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xC3;

    HttpResponse<String> response =
        running.send("PUT", "/workers/w-1", BodyPublishers.ofByteArray(bytes));

    assertThat(RegistryApiIT.problem(response, 400).detail()).contains("UTF-8");
  }

  @Test
  void aBodyThatIsTooLargeIsAProblem() throws Exception {
    String large = GOOD.replace("'version':'1'", "'x':'" + "x".repeat(70_000) + "','version':'1'");

    assertThat(RegistryApiIT.problem(put(large), 413).detail()).contains("65536 bytes");
  }

  @Test
  void aBodyOfUnknownLengthThatIsTooLargeIsAProblem() throws Exception {
    byte[] large = json("{'x':'" + "x".repeat(200_000) + "'}");

    HttpResponse<String> response =
        running.send(
            "PUT",
            "/workers/w-1",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));

    RegistryApiIT.problem(response, 413);
  }

  @Test
  void unknownFieldsAreIgnored() throws Exception {
    HttpResponse<String> response = put(GOOD.replace("'port'", "'x':{'y':[1,2,null]},'port'"));

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%20b", "a%0Ab", "%C3%BC", "..%2Fx", "a%00b", "%FF"})
  void aWorkerIdThatCannotBeOneIsAProblem(String id) throws Exception {
    HttpResponse<String> response = running.send("PUT", "/workers/" + id, GOOD.replace('\'', '"'));

    RegistryApiIT.problem(response, 400);
  }

  @Test
  void anAddressThatIsNoneEndsTheConnectionAndSaysSo() throws Exception {
    HttpResponse<String> response = running.send("PUT", "/workers/a%00b", "{}");

    assertThat(response.headers().firstValue("Connection")).hasValue("close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/workers?type=UPPER", "/workers?type=", "/lookup/UPPER", "/lookup/a%20b"})
  void aTypeThatCannotBeOneIsAProblem(String path) throws Exception {
    assertThat(RegistryApiIT.problem(running.get(path), 400).detail())
        .contains("type: '", "a lower-case letter");
  }

  @Test
  void anEpochThatCannotBeOneIsAProblem() throws Exception {
    HttpResponse<String> response = running.send("DELETE", "/workers/w-1?epoch=new", "");

    assertThat(RegistryApiIT.problem(response, 400).detail()).contains("epoch: 'new'");
  }

  @Test
  void unknownCallsAreProblems() throws Exception {
    RegistryApiIT.problem(running.get("/nothing"), 404);
    RegistryApiIT.problem(running.send("POST", "/workers", "{}"), 405);
  }

  private static HttpResponse<String> put(String body) throws Exception {
    return running.send("PUT", "/workers/w-1", BodyPublishers.ofByteArray(json(body)));
  }

  private static byte[] json(String singleQuoted) {
    return singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
