package dev.anteroom.gateway.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.anteroom.gateway.ParsedOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Tests the documents that are generated from the catalogue. {@code -Danteroom.docs.write=true} writes them. */
class GeneratedDocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final JsonMapper JSON = new JsonMapper();
    private static final String GATES = "gates: {a: {limit: 1}}\n";

    static List<Arguments> documents() {
        return List.of(
                Arguments.of("docs/anteroom.yaml", ExampleFile.write()),
                Arguments.of("verification/fuzz/corpus/ConfigFuzz/example", ExampleFile.write()),
                Arguments.of("docs/settings.md", ReferencePage.write()),
                Arguments.of("docs/anteroom.schema.json", SchemaFile.write()),
                Arguments.of("dist/anteroom.1", ManPage.write()),
                Arguments.of("dist/anteroom.bash-completion", ParsedOptions.bashCompletion()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("documents")
    void a_document_matches_the_catalogue(String name, String text) throws IOException {
        Path file = ROOT.resolve(name);
        if (Boolean.getBoolean("anteroom.docs.write")) {
            Files.writeString(file, text);
        }
        assertEquals(text, Files.readString(file), name + " differs; -Danteroom.docs.write=true writes it");
    }

    @Test
    void the_example_is_valid_and_shows_every_setting() throws Exception {
        String example = ExampleFile.write();
        Catalogue.all()
                .forEach(setting -> assertTrue(
                        example.lines().anyMatch(line -> line.matches("[ #-]*" + setting.name() + ":.*")),
                        setting.name()));
        ConfigFile.parse(Path.of("example"), example, NoSource.INSTANCE);
        String withFleet = example.replaceAll("(?m)^#(fleet)", "$1").replaceAll("(?m)^fleet-(.*): FILE$", "");
        ConfigFile.parse(
                Path.of("example"), withFleet.replace("    limit: 200", "    policy: fifo"), NoSource.INSTANCE);
    }

    @Test
    void the_schema_accepts_the_example() throws IOException {
        assertEquals(List.of(), faults(ExampleFile.write()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners: [{listen: '127.0.0.1:0', gate: a, upstream: '127.0.0.1:1'}]",
                "listeners: [{listen: inherited, gate: a, upstreams: ['127.0.0.1:1', '127.0.0.1:2=3']}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, health-check: {interval: 2s, rise: 3}}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, health-check: 2s, health-check-fall: 3}]",
                "listeners: [{listen: inherited, gate: a, upstream: x}]\nfleet: {redis: 'redis://h', name: x, limit: 5}"
            })
    void the_schema_accepts_every_form(String listeners) throws IOException {
        assertEquals(List.of(), faults(GATES + listeners));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners: []",
                "listeners: [{gate: a, upstream: x}]",
                "listeners: [{listen: inherited, gate: a}]",
                "listeners: [{listen: inherited, gate: a, upstreams: x}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, max-idle: 5}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, limit: 5}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, identify-timeout: 0s}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, half-close: maybe}]",
                "listeners: [{listen: inherited, gate: a, upstream: x, health-check: {raise: 3}}]",
                "listeners: [{listen: inherited, gate: a, upstream: x}]\nloops: 0",
                "listeners: [{listen: inherited, gate: a, upstream: x}]\nlimti: 5"
            })
    void the_schema_refuses_what_check_refuses(String listeners) throws IOException {
        assertFalse(faults(GATES + listeners).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/configuration.md", "docs/operating.md"})
    void a_document_shows_the_real_faults(String document) throws IOException {
        String faulty = """
                gates:
                  database:
                    limti: 20
                listeners:
                  - listen: here
                    gate: database
                    upstream: 127.0.0.1:5432
                """;
        List<String> real = assertThrows(
                        ConfigException.class,
                        () -> ConfigFile.parse(Path.of("anteroom.yaml"), faulty, NoSource.INSTANCE))
                .lines();
        List<String> shown = Files.readAllLines(ROOT.resolve(document)).stream()
                .filter(line -> line.matches("(/etc/)?anteroom\\.yaml:\\d+:\\d+: .*"))
                .map(line -> line.replace("/etc/", ""))
                .toList();
        assertFalse(shown.isEmpty());
        shown.forEach(line -> assertTrue(real.contains(line), line));
    }

    private static List<?> faults(String yaml) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(SchemaFile.write());
        JsonNode file = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        return List.copyOf(schema.validate(file));
    }
}
