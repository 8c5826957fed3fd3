package tasknet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.StringWriter;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.runtime.Settings;
import tasknet.task.CallbackStatus;
import tasknet.task.CatchUp;
import tasknet.task.Fingerprint;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Keep;
import tasknet.task.TaskId;
import tasknet.task.TaskLatency;
import tasknet.task.TaskType;
import tasknet.task.TraceStep;
import tasknet.task.When;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The one JSON mapper of Tasknet. Instants and durations are ISO-8601 text (durations are also read
 * as {@code 30s} or as a number of seconds), absent values are left out, unknown fields are
 * ignored, repeated fields and text after the value are errors, and nesting is limited.
 */
public final class Json {
  /** How deep arrays and objects may be nested in a payload or result. */
  public static final int MAX_NESTING = 100;

  // The documents around a payload or result; what was accepted must be readable in a listing.
  private static final int DOCUMENT_NESTING = 10;

  // More would overflow when they are counted in milliseconds or nanoseconds of a sum.
  private static final double MOST_SECONDS = 1e12;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // only UTF-8
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING + DOCUMENT_NESTING)
                  .maxNumberLength(1000)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .addModule(module())
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .annotationIntrospector(
              AnnotationIntrospector.pair(
                  new JacksonAnnotationIntrospector(), new RecordNullness()))
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(
              DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, // an offset is kept as given
              DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
              DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private Json() {}

  /** The mapper. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Checks that a text is one JSON value, and brings it onto one line.
   *
   * @throws tools.jackson.core.JacksonException if it is not; the message says where
   */
  public static JsonText text(String json) {
    return MAPPER.readValue(json, JsonText.class);
  }

  /** Any value that the mapper can write, as JSON on one line. */
  public static JsonText textOf(Object value) {
    return new JsonText(MAPPER.writeValueAsString(value));
  }

  private static SimpleModule module() {
    SimpleModule module = new SimpleModule("tasknet");
    asText(module, TaskId.class, TaskId::parse);
    asText(module, Fingerprint.class, Fingerprint::new);
    asText(module, TaskType.class, TaskType::new);
    asText(module, WorkerId.class, WorkerId::new);
    asText(module, CatchUp.class, CatchUp::parse);
    asText(module, CallbackStatus.State.class, CallbackStatus.State::parse);
    asText(module, TraceStep.Kind.class, TraceStep.Kind::parse);
    module.addDeserializer(Duration.class, new DurationReader());
    module.addSerializer(When.class, new ToStringSerializer(When.class));
    module.addDeserializer(When.class, new WhenReader());
    module.addSerializer(Keep.class, new ToStringSerializer(Keep.class));
    module.addDeserializer(Keep.class, new KeepReader());
    module.addSerializer(JsonText.class, new JsonTextWriter());
    module.addDeserializer(JsonText.class, new JsonTextReader());
    module.setMixInAnnotation(TaskLatency.class, LatencyNames.class);
    return module;
  }

  /** How {@link TaskLatency} is written, which itself knows nothing of JSON. */
  private interface LatencyNames {
    @JsonProperty("wait")
    TaskLatency.@Nullable Percentiles waited();
  }

  private static <T> void asText(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(
        type,
        new ValueSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
          }
        });
    module.addDeserializer(
        type,
        new ValueDeserializer<T>() {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
              throw new InvalidValueException(in.currentName(), in.getString(), "text");
            }
            return parse.apply(in.getString());
          }
        });
  }

  private static final class DurationReader extends ValueDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) {
      try {
        return switch (in.currentToken()) {
          case VALUE_NUMBER_INT -> Duration.ofSeconds(Long.parseLong(in.getString()));
          case VALUE_NUMBER_FLOAT -> ofSeconds(in.getDoubleValue());
          case VALUE_STRING -> Settings.parseDuration(in.getString());
          default -> throw new IllegalArgumentException("neither number nor text");
        };
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new InvalidValueException(
            in.currentName(), in.getString(), "a duration such as 30s, 5m, PT1.5S, or seconds");
      }
    }
  }

  private static final class WhenReader extends ValueDeserializer<When> {
    @Override
    public When deserialize(JsonParser in, DeserializationContext context) {
      try {
        return switch (in.currentToken()) {
          case VALUE_NUMBER_INT -> new When.In(Duration.ofSeconds(Long.parseLong(in.getString())));
          case VALUE_NUMBER_FLOAT -> new When.In(ofSeconds(in.getDoubleValue()));
          case VALUE_STRING -> When.parse(in.getString());
          default -> throw new IllegalArgumentException("neither number nor text");
        };
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new InvalidValueException(in.currentName(), in.getString(), When.ALLOWED);
      }
    }
  }

  private static final class KeepReader extends ValueDeserializer<Keep> {
    @Override
    public Keep deserialize(JsonParser in, DeserializationContext context) {
      try {
        return switch (in.currentToken()) {
          case VALUE_NUMBER_INT -> new Keep(Duration.ofSeconds(Long.parseLong(in.getString())));
          case VALUE_NUMBER_FLOAT -> new Keep(ofSeconds(in.getDoubleValue()));
          case VALUE_STRING -> Keep.parse(in.getString());
          default -> throw new IllegalArgumentException("neither number nor text");
        };
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new InvalidValueException(in.currentName(), in.getString(), Keep.ALLOWED);
      }
    }
  }

  private static Duration ofSeconds(double seconds) {
    if (!(Math.abs(seconds) <= MOST_SECONDS)) {
      throw new IllegalArgumentException("too long");
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static final class JsonTextWriter extends ValueSerializer<JsonText> {
    @Override
    public void serialize(JsonText value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(value.text());
    }
  }

  private static final class JsonTextReader extends ValueDeserializer<JsonText> {
    @Override
    public JsonText deserialize(JsonParser in, DeserializationContext context) {
      StringWriter text = new StringWriter();
      try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
        return ExactJson.read(in, out, text);
      }
    }

    @Override
    public JsonText getNullValue(DeserializationContext context) {
      return JsonText.NULL;
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }
  }
}
