package dev.anteroom.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests what the launchers make of their environment. In place of Java, they start a script that prints its arguments
 * and then tries some signals on itself.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            for argument; do printf '%s\\n' "$argument"; done
            for signal in USR1 USR2 ALRM 34 50; do kill -$signal $$; done
            echo "JVM's own: ${_JAVA_SR_SIGNUM:-}"
            """;

    @TempDir
    private Path folder;

    enum Launcher {
        CHECKOUT("anteroom", "anteroom", "gateway/target/anteroom-gateway.jar:", "gateway/target/lib/*"),
        IMAGE("dist/anteroom", "bin/anteroom", "", "app/*");

        private final String source;
        private final String target;
        private final String first;
        private final String rest;

        Launcher(String source, String target, String first, String rest) {
            this.source = source;
            this.target = target;
            this.first = first;
            this.rest = rest;
        }

        String classPath(Path home) {
            return (first.isEmpty() ? "" : home + "/" + first) + home + "/" + rest;
        }
    }

    /** Installs a launcher in a home whose name has everything that a shell treats in its own way. */
    private Path install(Launcher launcher) throws IOException {
        Path home = folder.toRealPath().resolve("a b * \"quoted\" 'd' $HOME");
        Files.createDirectories(home.resolve("gateway/target/lib"));
        Files.createFile(home.resolve("gateway/target/anteroom-gateway.jar"));
        Files.createDirectories(home.resolve("app"));
        Files.createFile(home.resolve("app/anteroom.jsa"));
        script(home.resolve("runtime/bin/java"), JAVA);
        Files.writeString(home.resolve("runtime/release"), "JAVA_VERSION=\"17.0.1\"\n");
        script(home.resolve(launcher.target), Files.readString(Path.of("..", launcher.source)));
        return home;
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> run(Launcher launcher, Path home, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(home.resolve("working directory"));
        Files.createFile(directory.resolve("-Dx1y=globbed"));
        ProcessBuilder program = new ProcessBuilder(
                Stream.concat(Stream.of(home.resolve(launcher.target).toString()), Stream.of(arguments))
                        .toList());
        program.environment().keySet().removeIf(name -> name.startsWith("ANTEROOM_") || name.equals("JAVA_OPTS"));
        program.environment().put("JAVA_HOME", home.resolve("runtime").toString());
        program.environment().putAll(environment);
        Process process =
                program.directory(directory.toFile()).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertTrue(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), lines::toString);
        return lines;
    }

    @ParameterizedTest
    @EnumSource
    void arguments_and_paths_reach_java_as_they_are(Launcher launcher) throws Exception {
        Path home = install(launcher);
        List<String> lines = run(launcher, home, Map.of(), "gateway", "--busy-message", "a  * $x \"b\" 'c' \\r", "");
        int main = lines.indexOf("dev.anteroom.gateway.Main");
        assertEquals(List.of("-cp", launcher.classPath(home)), lines.subList(main - 2, main));
        assertEquals(
                List.of("gateway", "--busy-message", "a  * $x \"b\" 'c' \\r", ""), lines.subList(main + 1, main + 5));
    }

    @ParameterizedTest
    @EnumSource
    void options_are_words_and_not_patterns(Launcher launcher) throws Exception {
        Map<String, String> environment =
                Map.of("JAVA_OPTS", "-Xmx64m  -Dx*y=*", "ANTEROOM_OPTS", "-Dz=[a]? -XX:+UseZGC");
        List<String> lines = run(launcher, install(launcher), environment, "check");
        assertTrue(lines.containsAll(List.of("-Xmx64m", "-Dx*y=*", "-Dz=[a]?", "-XX:+UseZGC")), lines::toString);
        assertFalse(lines.contains("-XX:+UseSerialGC"), lines::toString);
    }

    /** An empty element of a class path is the working directory, from which nobody expects classes. */
    @ParameterizedTest
    @EnumSource
    void empty_elements_of_the_class_path_are_left_out(Launcher launcher) throws Exception {
        Path home = install(launcher);
        Map<String, String> added = Map.of("ANTEROOM_CLASSPATH", ":/opt/my plugins/*::/opt/b.jar:");
        List<String> lines = run(launcher, home, added, "check");
        assertEquals(launcher.classPath(home) + ":/opt/my plugins/*:/opt/b.jar", lines.get(lines.indexOf("-cp") + 1));
    }

    @ParameterizedTest
    @EnumSource
    void only_colons_add_nothing_to_the_class_path(Launcher launcher) throws Exception {
        Path home = install(launcher);
        List<String> lines = run(launcher, home, Map.of("ANTEROOM_CLASSPATH", "::"), "check");
        assertEquals(launcher.classPath(home), lines.get(lines.indexOf("-cp") + 1));
    }

    @ParameterizedTest
    @EnumSource
    void java_ignores_signals_from_the_start_and_has_one_of_its_own(Launcher launcher) throws Exception {
        List<String> lines = run(launcher, install(launcher), Map.of(), "check");
        assertEquals("JVM's own: 64", lines.get(lines.size() - 1));
    }
}
