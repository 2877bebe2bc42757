package dev.anteroom.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class UnreadBytesTest {
    private final UnreadBytes held = new UnreadBytes();

    @Test
    void bytes_come_out_in_the_order_in_which_they_went_in() {
        held.add(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        held.add(ByteBuffer.wrap(new byte[] {4}));
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), held.take(2));
        assertEquals(ByteBuffer.wrap(new byte[] {3, 4}), held.take(9));
        assertEquals(0, held.length());
    }

    @Test
    void bytes_that_are_put_back_come_out_again() {
        held.add(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        ByteBuffer taken = held.take(3);
        taken.get();
        held.putBack(taken);
        held.add(ByteBuffer.wrap(new byte[] {4}));
        assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), held.take(9));
    }

    @Test
    void capacity_doubles_up_to_the_longest_array() {
        assertEquals(200, UnreadBytes.capacity(100, 1));
        assertEquals(1_100, UnreadBytes.capacity(100, 1_000));
        assertEquals(UnreadBytes.MAX_BYTES, UnreadBytes.capacity(1 << 30, 1));
        assertThrows(ArithmeticException.class, () -> UnreadBytes.capacity(Integer.MAX_VALUE, 1));
    }
}
