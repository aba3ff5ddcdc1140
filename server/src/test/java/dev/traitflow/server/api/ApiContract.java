package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.traitflow.server.log.ExactJson;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An OpenAPI document and what was seen of the server it describes: every answer is checked when it
 * is seen, and what was never seen is told at the end.
 */
final class ApiContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final JsonNode document;
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final Set<String> unseen = new TreeSet<>();

  /**
   * An operation of the document.
   *
   * @param method in capitals
   * @param path with parameters in braces
   * @param item the path's object
   * @param json the operation's object
   */
  record Operation(String method, String path, JsonNode item, JsonNode json) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  ApiContract(JsonNode document) {
    this.document = document;
    for (Operation operation : operations()) {
      operation
          .json
          .path("responses")
          .fieldNames()
          .forEachRemaining(
              status -> {
                if (!status.equals("default")) {
                  unseen.add(operation + " answers " + status);
                }
              });
      for (JsonNode parameter : parameters(operation)) {
        if (parameter.path("in").asText().equals("query")) {
          unseen.add(operation + " takes " + parameter.path("name").asText());
        }
      }
    }
  }

  /** Every operation. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> entry : path.getValue().properties()) {
        if (METHODS.contains(entry.getKey())) {
          operations.add(
              new Operation(
                  entry.getKey().toUpperCase(Locale.ROOT),
                  path.getKey(),
                  path.getValue(),
                  entry.getValue()));
        }
      }
    }
    return operations;
  }

  /** What the document promises and nobody has seen. */
  Set<String> unseen() {
    return unseen;
  }

  /**
   * Checks an answer against what the document says of it.
   *
   * @param path the path as asked for, with parameters
   */
  JsonNode check(String method, String path, HttpResponse<String> answer) throws Exception {
    String bare = path.replaceFirst("\\?.*", "");
    String parameters = path.substring(bare.length()).replaceFirst("^\\?", "");
    Operation operation =
        operation(method, bare)
            .orElseThrow(() -> new AssertionError(method + " " + bare + ": is not documented"));
    String status = String.valueOf(answer.statusCode());
    JsonNode responses = operation.json.path("responses");
    boolean isRefusal = answer.statusCode() >= 400 && !responses.has(status);
    JsonNode response = resolve(responses.path(isRefusal ? "default" : status));
    assertThat(response.isObject())
        .as(operation + " answers " + status + ", not documented: " + answer.body())
        .isTrue();
    unseen.remove(operation + " answers " + status);
    for (String parameter : parameters.split("&")) {
      if (!parameter.isEmpty() && answer.statusCode() == 200) {
        unseen.remove(operation + " takes " + parameter.replaceFirst("=.*", ""));
      }
    }
    checkHeaders(operation + " " + status, response.path("headers"), answer);
    String type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    JsonNode content = response.path("content").path(type);
    assertThat(content.isObject())
        .as(operation + " " + status + " answers with " + type + ", not documented")
        .isTrue();
    if (!type.equals("application/json")) {
      return JSON.nullNode();
    }
    JsonNode body = ExactJson.readOwn(answer.body().getBytes(StandardCharsets.UTF_8));
    assertThat(schema(content.path("schema")).validate(body))
        .as(operation + " " + status + ": " + answer.body())
        .isEmpty();
    return body;
  }

  /**
   * Checks a request that was answered as usual, and its answer, whatever it is. An address that is
   * none of the document's must be refused.
   *
   * @param sent the body that was sent; empty if it is not known
   */
  void observe(String method, String path, String sent, HttpResponse<String> answer)
      throws Exception {
    String bare = withLetters(path.replaceFirst("\\?.*", "").replaceFirst("/$", ""));
    bare = bare.isEmpty() ? "/" : bare.replaceFirst("^/v1/namespaces/", "/v1/spaces/");
    Operation operation = operation(method, bare).orElse(null);
    if (operation == null) {
      assertThat(answer.statusCode())
          .as(method + " " + bare + " is not documented, yet answered: " + answer.body())
          .satisfiesAnyOf(
              status -> assertThat(status).isGreaterThanOrEqualTo(400),
              status -> assertThat(method).isIn("HEAD", "OPTIONS"));
      return;
    }
    check(
        method,
        bare + path.substring(path.indexOf('?') < 0 ? path.length() : path.indexOf('?')),
        answer);
    JsonNode schema = operation.json.at("/requestBody/content/application~1json/schema");
    if (answer.statusCode() < 300 && !sent.isEmpty() && schema.isObject()) {
      assertThat(schema(schema).validate(ExactJson.readOwn(sent.getBytes(StandardCharsets.UTF_8))))
          .as(operation + " took " + sent)
          .isEmpty();
    }
  }

  /** The path with letters that need not have been escaped as they are. */
  private static String withLetters(String path) {
    return Pattern.compile("%([46][1-9A-F]|[57][0-9A])", Pattern.CASE_INSENSITIVE)
        .matcher(path)
        .replaceAll(escaped -> Character.toString(Integer.parseInt(escaped.group(1), 16)));
  }

  private Optional<Operation> operation(String method, String bare) {
    return operations().stream()
        .filter(each -> each.method.equals(method) && fits(each.path, bare))
        .min(Comparator.comparingInt(each -> each.path.split("\\{").length));
  }

  private void checkHeaders(String where, JsonNode headers, HttpResponse<String> answer) {
    for (Map.Entry<String, JsonNode> header : headers.properties()) {
      JsonNode json = resolve(header.getValue());
      String value = answer.headers().firstValue(header.getKey()).orElse("");
      boolean required = json.path("required").asBoolean(false);
      if (required || !value.isEmpty()) {
        JsonNode number = value.matches("\\d+") ? JSON.valueToTree(Long.valueOf(value)) : null;
        List<Error> errors = schema(json.path("schema")).validate(JSON.valueToTree(value));
        boolean valid =
            errors.isEmpty()
                || (number != null && schema(json.path("schema")).validate(number).isEmpty());
        assertThat(valid).as(where + ": " + header.getKey() + ": " + value).isTrue();
      }
    }
  }

  /** A schema of the document, with the document's components in reach of its references. */
  private Schema schema(JsonNode schema) {
    ObjectNode root = schema.deepCopy();
    root.set("components", document.path("components"));
    return schemas.getSchema(root);
  }

  private List<JsonNode> parameters(Operation operation) {
    List<JsonNode> parameters = new ArrayList<>();
    operation.item.path("parameters").forEach(each -> parameters.add(resolve(each)));
    operation.json.path("parameters").forEach(each -> parameters.add(resolve(each)));
    return parameters;
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private static boolean fits(String template, String path) {
    String pattern = Pattern.quote(template).replaceAll("\\{[^}]*\\}", "\\\\E[^/]+\\\\Q");
    return path.matches(pattern);
  }
}
