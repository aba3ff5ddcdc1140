package dev.traitflow.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The OpenAPI document: every route of the table, with what the rows say of it. Schemas of objects
 * of spaces are made of their kinds ({@link DefinitionSchemas}); all others that rows name are
 * written by hand in {@code openapi.yaml}, as are routes that say more than a row can, such as
 * several kinds of answers.
 */
public final class ApiDocument {
  public static final String PATH = "/openapi.json";

  private static final String RESOURCE = "openapi.yaml";
  private static final String COMPONENTS = "components";

  /** An address that stands for another one is not described twice. */
  private static final String ALIAS = "/v1/namespaces/";

  /** The parser's own limit is meant for documents of strangers. */
  private static final int ALIASES_MAX = 1_000;

  private final ObjectNode document = read();
  private final byte[] json;

  /**
   * Describes routes and the one of the document itself.
   *
   * @throws IllegalStateException if a route is not described, or names a schema or parameter that
   *     is not there
   */
  public ApiDocument(List<Route> others) {
    List<Route> all = new ArrayList<>(others);
    all.add(route());
    DefinitionSchemas.addTo(document.withObject("/" + COMPONENTS + "/schemas"));
    ObjectNode byHand = document.withObject("/paths");
    ObjectNode paths = document.objectNode();
    for (Route route : all) {
      if (!route.address().template().startsWith(ALIAS)) {
        describe(route, byHand, paths);
      }
    }
    document.set("paths", paths);
    try {
      json = new ObjectMapper().writeValueAsBytes(document);
    } catch (IOException failure) {
      throw new UncheckedIOException(RESOURCE + ": cannot be written as JSON", failure);
    }
  }

  /** Where the document is. */
  public Route route() {
    return Route.get(PATH, "This document", Access.PUBLIC, request -> request.answer(200, json))
        .answers("OpenApi");
  }

  private void describe(Route route, ObjectNode byHand, ObjectNode paths) {
    String template = route.address().template().replace("*", "{call}");
    String method = route.method().toString().toLowerCase(Locale.ROOT);
    ObjectNode item = paths.withObject("/" + template.replace("~", "~0").replace("/", "~1"));
    JsonNode written = byHand.path(template);
    if (!item.has("parameters")) {
      parametersOfPath(template, item.putArray("parameters"));
      written.path("parameters").forEach(each -> addMissing(item.withArray("/parameters"), each));
    }
    ObjectNode operation = item.putObject(method);
    if (written.path(method) instanceof ObjectNode more) {
      operation.setAll(more.deepCopy());
    } else if (route.contract().answer().isEmpty()) {
      throw new IllegalStateException(
          route + ": is not described (expected an answer in its row or a path in openapi.yaml)");
    }
    operation.put("summary", route.contract().summary());
    operation.put("operationId", operationId(method, template));
    operation.withArray("/tags").removeAll().add(tag(route));
    security(route.access(), operation.putArray("security"));
    parametersOfQuery(route, operation);
    body(route, operation);
    responses(route, operation.withObject("/responses"));
  }

  /** Parameters that several routes share are described once, by their names. */
  private void parametersOfPath(String template, ArrayNode parameters) {
    for (String segment : Route.Address.of(template).segments()) {
      int from = segment.indexOf('{');
      if (from < 0) {
        continue;
      }
      String name = segment.substring(from + 1, segment.indexOf('}'));
      JsonNode shared = document.at("/components/parameters/" + name);
      if (shared.path("in").asText().equals("path")) {
        reference(parameters.addObject(), "parameters", name);
      } else {
        parameters
            .addObject()
            .put("name", name)
            .put("in", "path")
            .put("required", true)
            .putObject("schema")
            .put("type", "string");
      }
    }
  }

  private static void addMissing(ArrayNode parameters, JsonNode parameter) {
    for (JsonNode each : parameters) {
      if (each.equals(parameter)) {
        return;
      }
    }
    parameters.add(parameter.deepCopy());
  }

  private void parametersOfQuery(Route route, ObjectNode operation) {
    for (String name : route.contract().parameters()) {
      reference(operation.withArray("/parameters").addObject(), "parameters", name);
    }
  }

  private void body(Route route, ObjectNode operation) {
    String schema = route.contract().body();
    if (!schema.isEmpty()) {
      ObjectNode body = operation.putObject("requestBody").put("required", true);
      schema(body, schema);
    }
  }

  private void responses(Route route, ObjectNode responses) {
    String answer = route.contract().answer();
    if (!answer.isEmpty()) {
      ObjectNode usual = responses.putObject(Integer.toString(route.contract().status()));
      usual.put("description", route.contract().summary() + ".");
      schema(usual, answer);
    }
    boolean isCall = route.access() == Access.WRITE_KEY;
    if (!responses.has("default")) {
      reference(responses.putObject("default"), "responses", isCall ? "CallRefused" : "Refused");
    }
  }

  /** A schema by its name, or any text of a media type. */
  private void schema(ObjectNode owner, String name) {
    boolean isMediaType = name.indexOf('/') >= 0;
    ObjectNode content = owner.putObject("content");
    ObjectNode schema =
        content.putObject(isMediaType ? name : "application/json").putObject("schema");
    if (isMediaType) {
      schema.put("type", "string");
    } else {
      reference(schema, "schemas", name);
    }
  }

  private void reference(ObjectNode node, String kind, String name) {
    if (document.path(COMPONENTS).path(kind).path(name).isMissingNode()) {
      throw new IllegalStateException(
          RESOURCE + ": has no " + kind + "/" + name + ", which a route names");
    }
    node.put("$ref", "#/" + COMPONENTS + "/" + kind + "/" + name);
  }

  private static String tag(Route route) {
    return switch (route.access()) {
      case WRITE_KEY, REPLAY -> "tracking";
      case SPACE_TOKEN -> "profiles";
      case OPERATOR -> route.address().template().contains("predicti") ? "predictions" : "control";
      case PUBLIC -> "control";
    };
  }

  private static void security(Access access, ArrayNode security) {
    switch (access) {
      case WRITE_KEY -> {
        security.addObject().putArray("writeKey");
        security.addObject();
      }
      case REPLAY -> {
        security.addObject().putArray("operator");
        security.addObject().putArray("writeKey");
      }
      case SPACE_TOKEN -> {
        security.addObject().putArray("token");
        security.addObject().putArray("operator");
      }
      case OPERATOR -> security.addObject().putArray("operator");
      case PUBLIC -> security.addObject();
    }
  }

  /** Unique as method and template are, in letters that generators of clients take. */
  private static String operationId(String method, String template) {
    StringBuilder id = new StringBuilder(method);
    for (String word : template.split("[^a-zA-Z0-9]+")) {
      if (!word.isEmpty()) {
        id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return id.toString();
  }

  private static ObjectNode read() {
    try (InputStream yaml =
        Objects.requireNonNull(ApiDocument.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(RESOURCE)
              .setMaxAliasesForCollections(ALIASES_MAX)
              .build();
      return new ObjectMapper()
          .convertValue(new Load(settings).loadFromInputStream(yaml), ObjectNode.class);
    } catch (IOException failure) {
      throw new UncheckedIOException(RESOURCE + ": cannot be read", failure);
    }
  }
}
