package dev.anteroom.address;

import java.util.SplittableRandom;

/**
 * Hashes numbers so that nobody can choose addresses that collide. The multiplications and shifts are those of
 * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
 */
final class Mix {
    private static final long SEED = new SplittableRandom().nextLong();

    private Mix() {}

    static int hash(long first, long second) {
        return (int) (mix(mix(first ^ SEED) ^ second) >>> Integer.SIZE);
    }

    private static long mix(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
