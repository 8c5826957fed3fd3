package tasknet.devtools.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;
import tasknet.http.Json;
import tasknet.task.BackoffFields;
import tasknet.task.KeepFields;
import tools.jackson.databind.JsonNode;

/** {@code docs/workers.schema.json} says what {@link WorkersFile} accepts. */
class WorkersSchemaIT {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Path SCHEMA_FILE = HOME.resolve("docs/workers.schema.json");

  @TempDir private Path folder = Path.of("");

  private final String schemaText = Files.readString(SCHEMA_FILE);
  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schemaText);

  WorkersSchemaIT() throws IOException {}

  @Test
  void theFileInTheRepositoryIsGoodAndNamesItsSchema() throws IOException {
    WorkersFile file = WorkersFile.read(HOME.resolve("workers.json"));

    assertThat(HOME.resolve(String.valueOf(file.schema()))).isEqualTo(SCHEMA_FILE);
    assertThat(schemaAccepts(Files.readString(HOME.resolve("workers.json")))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'workers':[]}",
        "{'$schema':null,'workers':[{'name':'a','active':false}]}",
        "{'$schema':'x','workers':[{'name':'a','active':true,'description':'d','replicas':1000,"
            + "'concurrency':100000,'durable':false,'timeout':'1500ms','retry':{'maxAttempts':100,"
            + "'backoff':{'first':0,'factor':1.5,'cap':'PT1H','jitter':1}},'limits':{'running':1,"
            + "'startsPerSecond':0.1},'keep':{'completed':10,'dead':'forever','cancelled':'PT1H',"
            + "'expired':'7d'},'memory':'1g','cpus':0.25,'environment':{'_A1':'$b \\u0022'}}]}",
        "{'workers':[{'name':'a','active':true,'description':null,'replicas':null,'concurrency':null,"
            + "'durable':null,'timeout':null,'retry':null,'limits':null,'keep':null,'memory':null,'cpus':null,"
            + "'environment':null}]}",
        "{'workers':[{'name':'a','active':true,'retry':{},'limits':{},'keep':{},'environment':{}}]}",
        "{'workers':[{'name':'a','active':true,'keep':{'completed':null,'dead':'forever'}}]}",
        "{'workers':[{'name':'a','active':true,'retry':{'backoff':{}}}]}",
        "{'workers':[{'name':'a','active':true,'timeout':0.5}]}",
        "{'workers':[{'name':'a','active':true,'timeout':86400}]}",
        "{'workers':[{'name':'a','active':true,'timeout':'PT1H30M0.5S'}]}",
        "{'workers':[{'name':'a','active':true,'timeout':'P1D'}]}",
      })
  void bothAccept(String document) throws IOException {
    assertThat(readerAccepts(document)).isTrue();
    assertThat(schemaAccepts(json(document))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("wrongDocuments")
  void bothRefuse(String document) throws IOException {
    assertThat(readerAccepts(document)).isFalse();
    assertThat(schemaAccepts(json(document))).isFalse();
  }

  static String[] wrongDocuments() {
    String[] documents = {
      "[]",
      "null",
      "{}",
      "{'workers':null}",
      "{'workers':{}}",
      "{'workers':[null]}",
      "{'workers':['a']}",
      "{'worker':[]}",
      "{'workers':[],'comment':'c'}",
    };
    String[] entries = {
      "'name':'a'",
      "'active':true",
      "'name':'A','active':true",
      "'name':'','active':true",
      "'name':5,'active':true",
      "'name':null,'active':true",
      "'name':'a','active':null",
      "'name':'a','active':'true'",
      "'name':'a','active':1",
      "'name':'a','active':true,'replica':1",
      "'name':'a','active':true,'description':5",
      "'name':'a','active':true,'replicas':0",
      "'name':'a','active':true,'replicas':1001",
      "'name':'a','active':true,'replicas':1.5",
      "'name':'a','active':true,'replicas':'3'",
      "'name':'a','active':true,'concurrency':0",
      "'name':'a','active':true,'concurrency':100001",
      "'name':'a','active':true,'durable':'no'",
      "'name':'a','active':true,'durable':0",
      "'name':'a','active':true,'timeout':0",
      "'name':'a','active':true,'timeout':0.0001",
      "'name':'a','active':true,'timeout':86401",
      "'name':'a','active':true,'timeout':'0s'",
      "'name':'a','active':true,'timeout':'PT0S'",
      "'name':'a','active':true,'timeout':'5 s'",
      "'name':'a','active':true,'timeout':'PT'",
      "'name':'a','active':true,'timeout':''",
      "'name':'a','active':true,'timeout':true",
      "'name':'a','active':true,'retry':[]",
      "'name':'a','active':true,'retry':3",
      "'name':'a','active':true,'retry':{'attempts':3}",
      "'name':'a','active':true,'retry':{'maxAttempts':0}",
      "'name':'a','active':true,'retry':{'maxAttempts':101}",
      "'name':'a','active':true,'retry':{'backoff':{'first':-1}}",
      "'name':'a','active':true,'retry':{'backoff':{'factor':0.9}}",
      "'name':'a','active':true,'retry':{'backoff':{'factor':101}}",
      "'name':'a','active':true,'retry':{'backoff':{'cap':'soon'}}",
      "'name':'a','active':true,'retry':{'backoff':{'cap':31536001}}",
      "'name':'a','active':true,'retry':{'backoff':{'jitter':1.1}}",
      "'name':'a','active':true,'retry':{'backoff':{'jitter':-0.1}}",
      "'name':'a','active':true,'retry':{'backoff':{'longest':1}}",
      "'name':'a','active':true,'limits':{'running':0}",
      "'name':'a','active':true,'limits':{'running':2147483648}",
      "'name':'a','active':true,'limits':{'startsPerSecond':0}",
      "'name':'a','active':true,'limits':{'startsPerSecond':1000001}",
      "'name':'a','active':true,'limits':{'perSecond':1}",
      "'name':'a','active':true,'keep':'1h'",
      "'name':'a','active':true,'keep':{'completed':0}",
      "'name':'a','active':true,'keep':{'completed':9.9}",
      "'name':'a','active':true,'keep':{'completed':'ever'}",
      "'name':'a','active':true,'keep':{'queued':'1h'}",
      "'name':'a','active':true,'memory':'0m'",
      "'name':'a','active':true,'memory':'256'",
      "'name':'a','active':true,'memory':'256MB'",
      "'name':'a','active':true,'memory':256",
      "'name':'a','active':true,'cpus':0",
      "'name':'a','active':true,'cpus':1025",
      "'name':'a','active':true,'cpus':'1'",
      "'name':'a','active':true,'environment':[]",
      "'name':'a','active':true,'environment':{'1A':'x'}",
      "'name':'a','active':true,'environment':{'A':null}",
      "'name':'a','active':true,'environment':{'A':5}",
    };
    return Stream.concat(
            Arrays.stream(documents),
            Arrays.stream(entries).map(entry -> "{'workers':[{" + entry + "}]}"))
        .toArray(String[]::new);
  }

  /** What a schema cannot say, and its descriptions therefore do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'workers':[{'name':'a','active':true},{'name':'a','active':true}]}",
        "{'workers':[{'name':'a','active':true,'timeout':'25h'}]}",
        "{'workers':[{'name':'a','active':true,'keep':{'dead':'9s'}}]}",
        "{'workers':[{'name':'a','active':true,'retry':{'backoff':{'first':'2s','cap':'1s'}}}]}",
        "{'workers':[{'name':'a','active':true,'retry':{'backoff':{'cap':'366d'}}}]}",
      })
  void onlyTheReaderCompares(String document) throws IOException {
    assertThat(readerAccepts(document)).isFalse();
    assertThat(schemaAccepts(json(document))).isTrue();
  }

  @Test
  void theSchemaDescribesEveryField() {
    JsonNode worker = Json.mapper().readTree(schemaText).at("/$defs/worker/properties");
    JsonNode retry = worker.at("/retry/properties");

    assertThat(fields(worker)).isEqualTo(components(WorkerEntry.class));
    assertThat(fields(retry)).isEqualTo(components(WorkerEntry.Retry.class));
    assertThat(fields(retry.at("/backoff/properties"))).isEqualTo(components(BackoffFields.class));
    assertThat(fields(worker.at("/limits/properties")))
        .isEqualTo(components(WorkerEntry.Limits.class));
    assertThat(fields(worker.at("/keep/properties"))).isEqualTo(components(KeepFields.class));
    assertThat(worker.values())
        .allSatisfy(field -> assertThat(field.path("description").asString()).isNotBlank());
  }

  private static Set<String> fields(JsonNode properties) {
    return new TreeSet<>(properties.propertyNames());
  }

  private static Set<String> components(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> component.getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean schemaAccepts(String document) {
    return schema.validate(document, InputFormat.JSON).isEmpty();
  }

  private boolean readerAccepts(String document) throws IOException {
    Path file = Files.writeString(folder.resolve("workers.json"), json(document));
    try {
      WorkersFile.read(file);
      return true;
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith(file.toString());
      return false;
    }
  }

  private static String json(String document) {
    return document.replace('\'', '"');
  }
}
