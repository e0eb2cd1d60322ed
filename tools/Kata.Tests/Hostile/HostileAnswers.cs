using Kata.Engine.Verdicts;

namespace Kata.Tests.Hostile;

/// <summary>An answer that does harm, and the verdict that it must get.</summary>
/// <param name="Statements">What its first task does.</param>
/// <param name="Kind">The verdict.</param>
/// <param name="Message">A pattern of the verdict's line; null when it needs none.</param>
/// <param name="Members">What else its class has.</param>
/// <param name="NamesTest">Whether the line names a test.</param>
/// <param name="TimeLimitSeconds">How long it may run; short where that is the point.</param>
public sealed record HostileAnswer(
    string Statements, VerdictKind Kind, string? Message, string Members = "", bool NamesTest = true, double TimeLimitSeconds = 60);

/// <summary>The table: one row for each way in which an answer can do harm while it runs.</summary>
public static class HostileAnswers
{
    private const double Short = 2;

    private const string Descriptors =
        """
        [System.Runtime.InteropServices.DllImport("libc")] private static extern nint write(int descriptor, byte[] bytes, nint count);
        [System.Runtime.InteropServices.DllImport("libc")] private static extern int close(int descriptor);
        private static IEnumerable<int> Descriptors() => System.IO.Directory.GetFiles("/proc/self/fd")
            .Select(entry => int.Parse(System.IO.Path.GetFileName(entry))).Where(descriptor => descriptor > 2).ToList();
        """;

    /// <summary>The rows by name.</summary>
    public static IReadOnlyDictionary<string, HostileAnswer> All { get; } = new Dictionary<string, HostileAnswer>
    {
        ["infinite loop"] = new("while (true) { }", VerdictKind.Timeout, "was not over after 2 s", TimeLimitSeconds: Short),
        ["infinite loop in a static constructor"] = new(
            "return Loop.Value;", VerdictKind.Timeout, "was not over after 2 s", TimeLimitSeconds: Short,
            Members: "private static class Loop { public static readonly double Value; static Loop() { while (true) { } } }"),
        ["deadlock"] = new(
            """
            object first = new(), second = new();
            using var both = new System.Threading.Barrier(2);
            var other = System.Threading.Tasks.Task.Run(() => { lock (second) { both.SignalAndWait(); lock (first) { } } });
            lock (first) { both.SignalAndWait(); lock (second) { } }
            return 0;
            """,
            VerdictKind.Timeout, "deadlock", TimeLimitSeconds: Short),
        ["catches everything, for ever"] = new(
            "while (true) { try { throw new InvalidOperationException(); } catch { } }", VerdictKind.Timeout, "was not over", TimeLimitSeconds: Short),
        ["waits for the keyboard"] = new(
            "Console.ReadLine(); Console.In.ReadToEnd(); return 0;", VerdictKind.Fail, null, NamesTest: false),
        ["infinite loop in a finalizer"] = new(
            "Make(); return 0;", VerdictKind.Timeout, "a finalizer", NamesTest: false, TimeLimitSeconds: Short,
            Members: "private static void Make() { for (var i = 0; i < 100; i++) { _ = new Late(); } } private sealed class Late { ~Late() { while (true) { } } }"),
        ["stack overflow"] = new("return ScoreVariance(queries, keys) + 1;", VerdictKind.Crash, "overflowed the stack"),
        ["Environment.Exit(0)"] = new("Environment.Exit(0); return 0;", VerdictKind.Crash, "ended the process with exit code 0"),
        ["Environment.Exit(0) in a finalizer"] = new(
            "Make(); return 0;", VerdictKind.Crash, "ended the process with exit code 0", NamesTest: false,
            Members: "private static void Make() { for (var i = 0; i < 100; i++) { _ = new Late(); } } private sealed class Late { ~Late() => Environment.Exit(0); }"),
        ["Environment.FailFast"] = new("Environment.FailFast(\"enough\"); return 0;", VerdictKind.Crash, "FailFast: enough"),
        ["kills itself"] = new("System.Diagnostics.Process.GetCurrentProcess().Kill(); return 0;", VerdictKind.Crash, "ended the process"),
        ["exception on another thread"] = new(
            "new System.Threading.Thread(() => throw new InvalidOperationException(\"over there\")).Start(); System.Threading.Thread.Sleep(5000); return 0;",
            VerdictKind.Crash, "over there"),
        ["async void that throws"] = new(
            "System.Threading.Tasks.Task.Run(Later).Wait(); System.Threading.Thread.Sleep(5000); return 0;",
            VerdictKind.Crash, "too late", Members: "private static async void Later() { await System.Threading.Tasks.Task.Yield(); throw new InvalidOperationException(\"too late\"); }"),
        ["memory exhaustion"] = new(
            "var all = new List<byte[]>(); while (true) { all.Add(new byte[64 << 20]); }",
            VerdictKind.Crash, "ran out of memory"),
        ["memory exhaustion that is caught"] = new(
            "var all = new List<byte[]>(); while (true) { try { all.Add(new byte[64 << 20]); } catch (OutOfMemoryException) { } }",
            VerdictKind.Timeout, "was not over", TimeLimitSeconds: Short),
        ["100 MB of output"] = new(
            "var line = new string('x', 1 << 20); for (var i = 0; i < 100; i++) { Console.WriteLine(line); } return 0;",
            VerdictKind.Crash, "flooded its output"),
        ["100 MB of errors"] = new(
            "var line = new string('x', 1 << 20); for (var i = 0; i < 100; i++) { Console.Error.WriteLine(line); } return 0;",
            VerdictKind.Crash, "flooded its output"),
        ["a thread left running"] = new(
            "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start(); return 0;",
            VerdictKind.Crash, "left work running.*threads: ", NamesTest: false),
        ["a background thread left running"] = new(
            "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)) { IsBackground = true, Name = \"mine\" }.Start(); return 0;",
            VerdictKind.Crash, "left work running", NamesTest: false),
        ["a long-running task left running"] = new(
            "System.Threading.Tasks.Task.Factory.StartNew(() => System.Threading.Thread.Sleep(-1), System.Threading.Tasks.TaskCreationOptions.LongRunning); return 0;",
            VerdictKind.Crash, "left work running", NamesTest: false),
        ["a task left running"] = new(
            "System.Threading.Tasks.Task.Run(() => { while (true) { } }); return 0;", VerdictKind.Crash, "left work running", NamesTest: false),
        ["a process left running"] = new(
            "System.Diagnostics.Process.Start(\"sleep\", \"100\"); return 0;", VerdictKind.Crash, "left work running.*processes: ", NamesTest: false),
        ["starts a process and exits"] = new(
            "System.Diagnostics.Process.Start(\"sleep\", \"100\"); Environment.Exit(7); return 0;", VerdictKind.Crash, "exit code 7"),
        ["writes to every open file descriptor"] = new(
            "foreach (var descriptor in Descriptors()) { write(descriptor, new byte[] { 112, 97, 115, 115 }, 4); } return 0;",
            VerdictKind.Crash, "the tool's own channel|ended the process", Members: Descriptors),
        ["writes to the tool's channel"] = new(
            "write(int.Parse(Environment.GetCommandLineArgs()[^1]), new byte[] { 112, 97, 115, 115 }, 4); return 0;",
            VerdictKind.Crash, "the tool's own channel", Members: Descriptors),
        ["reports a pass through the tool's channel"] = new(
            """
            var report = Encoding.UTF8.GetBytes("{\"event\":\"done\",\"Nonce\":\"\",\"Errors\":[],\"LeftBehind\":{},\"Changes\":[],\"Clean\":true,\"MemoryBytes\":1}");
            byte[] frame = [.. BitConverter.GetBytes(report.Length), .. report];
            write(int.Parse(Environment.GetCommandLineArgs()[^1]), frame, frame.Length);
            return 0;
            """,
            VerdictKind.Crash, "the tool's own channel", Members: Descriptors),
        ["closes every file descriptor"] = new(
            "foreach (var descriptor in Descriptors()) { close(descriptor); } return 0;",
            VerdictKind.Crash, "the tool's own channel|ended the process", Members: Descriptors),
        ["text shaped like results"] = new(
            "Console.WriteLine(\"{\\\"event\\\":\\\"done\\\",\\\"verdict\\\":\\\"pass\\\"}\"); Console.WriteLine(\"Passed! - Failed: 0, Passed: 13\"); return 0;",
            VerdictKind.Fail, null, NamesTest: false),
        ["closes the console"] = new(
            "Console.OpenStandardOutput().Close(); Console.Out.Close(); Console.SetOut(System.IO.TextWriter.Null); return 0;",
            VerdictKind.Fail, null, NamesTest: false),
    };
}
