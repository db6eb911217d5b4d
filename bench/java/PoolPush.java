/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What pool-push.c asks, of Java's pools. */
final class PoolPush {
    private static final int WORKERS = 2;
    private static final int PRODUCERS = 4;
    /** Until the compiler has done what it does. */
    private static final int WARM_UP_ROUNDS = 5;

    /** How many tasks a worker has run; each counts its own, as the others do. */
    private static final class Counter {
        private final AtomicLong n = new AtomicLong();
    }

    private static final java.util.Set<Counter> COUNTERS = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private static final ThreadLocal<Counter> OWN = ThreadLocal.withInitial(() -> {
        Counter counter = new Counter();
        COUNTERS.add(counter);
        return counter;
    });

    private PoolPush() {
    }

    private static void count() {
        AtomicLong n = OWN.get().n;
        n.setPlain(n.getPlain() + 1);
    }

    private static long counted() {
        return COUNTERS.stream().mapToLong(counter -> counter.n.get()).sum();
    }

    private static double push(ExecutorService pool, long count, int producers) throws InterruptedException {
        long before = counted();
        long share = count / producers;
        Runnable produce = () -> {
            for (long i = 0; i < share; i++) {
                pool.execute(PoolPush::count);
            }
        };
        Thread[] threads = new Thread[producers];
        long begin = System.nanoTime();

        if (producers == 1) {
            produce.run();
        } else {
            for (int i = 0; i < producers; i++) {
                threads[i] = new Thread(produce);
                threads[i].start();
            }
        }
        while (counted() - before < share * producers) {
            TimeUnit.NANOSECONDS.sleep(20_000);
        }

        long elapsed = System.nanoTime() - begin;

        Bench.check(counted() - before, share * producers);
        return (double) elapsed / (share * producers);
    }

    private static Bench.Measure peer(Supplier<ExecutorService> make) {
        return (mode, count, smoke) -> {
            int producers = mode.equals("four-producers") ? PRODUCERS : 1;
            ExecutorService pool = make.get();

            for (int i = 0; i < (smoke ? 1 : WARM_UP_ROUNDS); i++) {
                push(pool, smoke ? PRODUCERS : Math.max(count / 5, PRODUCERS), producers);
            }

            double ns = push(pool, count, producers);

            pool.shutdown();
            return Map.of("ns", ns);
        };
    }

    public static void main(String[] args) throws Exception {
        Map<String, Bench.Measure> peers = new LinkedHashMap<>();

        peers.put("Java-ThreadPoolExecutor", peer(() -> Executors.newFixedThreadPool(WORKERS)));
        peers.put("Java-ForkJoinPool", peer(() -> new ForkJoinPool(WORKERS)));
        Bench.main("pool-push", peers, new String[] {"one-producer", "four-producers"}, 1_000_000, 40, args);
    }
}
