package dev.anteroom.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setting the system clock moves no deadline, because no class of these modules reads the time of day. */
class MonotonicTimeTest {
    private static final List<String> WALL_CLOCKS = List.of(
            "currentTimeMillis", "java/time/Clock", "java/time/InstantSource", "java/util/Date", "java/util/Timer");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.anteroom.gate.AdmissionGate",
                "dev.anteroom.scheduler.Policies",
                "dev.anteroom.transport.nio.NioTransportProvider",
                "dev.anteroom.transport.netty.NettyTransportProvider"
            })
    void no_class_reads_the_time_of_day(String classOfModule) throws Exception {
        List<String> found = new ArrayList<>();
        int classes = scan(Class.forName(classOfModule), found);
        assertTrue(classes > 5, "only " + classes + " classes were read");
        assertEquals(List.of(), found);
    }

    private static int scan(Class<?> one, List<String> found) throws IOException, URISyntaxException {
        URI source = one.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path root = Path.of(source);
        if (Files.isDirectory(root)) {
            return scan(root, found);
        }
        try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
            return scan(jar.getPath("/"), found);
        }
    }

    private static int scan(Path root, List<String> found) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> classes =
                    files.filter(file -> file.toString().endsWith(".class")).toList();
            for (Path file : classes) {
                String content = new String(Files.readAllBytes(file), ISO_8859_1);
                WALL_CLOCKS.stream().filter(content::contains).forEach(clock -> found.add(file + " uses " + clock));
            }
            return classes.size();
        }
    }
}
