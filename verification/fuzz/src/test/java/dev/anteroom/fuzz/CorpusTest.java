package dev.anteroom.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.admin.AdminBodyFuzz;
import dev.anteroom.gateway.catalogue.ConfigFuzz;
import dev.anteroom.gateway.identity.ClientHelloFuzz;
import dev.anteroom.gateway.identity.ProxyHeaderFuzz;
import dev.anteroom.simulator.LoadFuzz;
import dev.anteroom.simulator.RecordingFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the corpus, which contains every input that has revealed a fault, and random mutations of it. */
class CorpusTest {
    private static final long SEED = Long.getLong("anteroom.seed", 5);
    private static final int MUTATIONS = 1_000;

    static List<Arguments> targets() {
        return List.of(
                target(PolicyFuzz.class, PolicyFuzz::fuzzerTestOneInput),
                target(DurationFuzz.class, DurationFuzz::fuzzerTestOneInput),
                target(AddressFuzz.class, AddressFuzz::fuzzerTestOneInput),
                target(AdminBodyFuzz.class, AdminBodyFuzz::fuzzerTestOneInput),
                target(ConfigFuzz.class, ConfigFuzz::fuzzerTestOneInput),
                target(ProxyHeaderFuzz.class, ProxyHeaderFuzz::fuzzerTestOneInput),
                target(ClientHelloFuzz.class, ClientHelloFuzz::fuzzerTestOneInput),
                target(LimitFuzz.class, LimitFuzz::fuzzerTestOneInput),
                target(LoadFuzz.class, LoadFuzz::fuzzerTestOneInput),
                target(RecordingFuzz.class, RecordingFuzz::fuzzerTestOneInput));
    }

    private static Arguments target(Class<?> target, Consumer<byte[]> parser) {
        return Arguments.of(target.getSimpleName(), parser);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void every_input_is_accepted_or_rejected_with_a_reason(String name, Consumer<byte[]> parser) throws IOException {
        List<byte[]> corpus = corpus(name);
        assertTrue(corpus.size() > 2, "the corpus is missing");
        corpus.forEach(parser);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            parser.accept(mutated(corpus, random));
        }
    }

    private static List<byte[]> corpus(String name) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("corpus", name))) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        return corpus;
    }

    /** Joins the beginning of one input to the end of another, and changes a few bytes. */
    private static byte[] mutated(List<byte[]> corpus, SplittableRandom random) {
        byte[] head = corpus.get(random.nextInt(corpus.size()));
        byte[] tail = corpus.get(random.nextInt(corpus.size()));
        byte[] mutated = Arrays.copyOf(head, random.nextInt(head.length + 1) + tail.length);
        int from = mutated.length - tail.length;
        System.arraycopy(tail, 0, mutated, from, tail.length);
        for (int i = random.nextInt(4); i > 0 && mutated.length > 0; i--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(128);
        }
        return Arrays.copyOfRange(mutated, 0, mutated.length - random.nextInt(mutated.length / 2 + 1));
    }
}
