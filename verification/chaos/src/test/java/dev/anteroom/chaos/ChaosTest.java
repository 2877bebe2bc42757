package dev.anteroom.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.chaos.Client.Outcome;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The short form of the chaos sessions. The long form, {@code verification/chaos/soak}, also limits a process's file
 * descriptors; this test does not, because a JVM without descriptors cannot load its classes from class files.
 */
@EnabledOnOs(OS.LINUX)
class ChaosTest {
    private static final long SEED = Long.getLong("anteroom.seed", 7);
    private static final int CLIENTS = 300;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "protocol/nio",
                "protocol/netty-nio",
                "protocol/netty-epoll",
                "protocol/netty-io_uring",
                "handler/nio",
                "handler/epoll",
                "handler/io_uring",
                "gateway/nio",
                "gateway/netty",
                "gateway/netty-io_uring",
                "arriving/nio",
                "arriving/netty"
            })
    void misbehaving_clients_and_servers_lose_nothing(String subject) throws InterruptedException {
        try (Session session = new Session(SEED, Subjects.named(subject))) {
            session.round(CLIENTS);
            assertEquals(List.of(), session.ledger().violations(), "seed " + SEED);
            assertTrue(session.ledger().counted(Outcome.ANSWERED) > CLIENTS / 10, "too few clients were served");
        }
    }
}
