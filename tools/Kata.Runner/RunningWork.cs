using System.Diagnostics;
using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>
/// Finds threads and processes that an answer left running. What a thread is for only Linux tells; elsewhere
/// threads are counted. This file is the one place that knows.
/// </summary>
internal sealed class RunningWork
{
    /// <summary>A thread that has done its work needs a moment until the system has taken it away.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> threads = [.. DedicatedThreads()];
    private readonly int threadCount = OperatingSystem.IsLinux() ? 0 : ThreadsOutsideThePool();
    private readonly long timers = Timer.ActiveCount;

    private RunningWork()
    {
    }

    /// <summary>Whether timers were started that have not fired: they could wake up in the next run.</summary>
    public bool HasNewTimers => Timer.ActiveCount > timers;

    /// <summary>Remembers what is running now.</summary>
    public static RunningWork Capture() => new();

    /// <summary>What is running now and was not before; waits only when there is something.</summary>
    public LeftBehind FindLeftBehind()
    {
        var waited = Stopwatch.StartNew();
        var found = Look();
        while (!found.IsNothing && waited.Elapsed < Settle)
        {
            // The end of somebody else's thread is announced nowhere: it can only be looked for.
            Thread.Sleep(2);
            found = Look();
        }

        return found;
    }

    private LeftBehind Look()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        var extra = OperatingSystem.IsLinux()
            ? DedicatedThreads().Count(thread => !threads.Contains(thread))
            : Math.Max(0, ThreadsOutsideThePool() - threadCount);
        return new LeftBehind(most - free, extra, ChildProcesses());
    }

    /// <summary>
    /// The runtime names its own threads <c>.NET …</c>. A long-running task also gets such a name, and is the
    /// answer's all the same.
    /// </summary>
    private static IEnumerable<string> DedicatedThreads() =>
        OperatingSystem.IsLinux()
            ? Directory.EnumerateDirectories("/proc/self/task").Where(thread => Name(thread) is { } name && (!name.StartsWith(".NET ") || name.StartsWith(".NET Long")))
            : [];

    private static string? Name(string thread) => ReadIfThere(Path.Combine(thread, "comm"));

    /// <summary>Only direct children, and only on Linux: the tool ends whole process trees after a run that was not clean.</summary>
    private static int ChildProcesses() =>
        OperatingSystem.IsLinux()
            ? Directory.EnumerateDirectories("/proc/self/task")
                .Sum(thread => (ReadIfThere(Path.Combine(thread, "children")) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length)
            : 0;

    private static int ThreadsOutsideThePool()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count - ThreadPool.ThreadCount;
    }

    /// <summary>A thread may end between the listing and the look.</summary>
    private static string? ReadIfThere(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
