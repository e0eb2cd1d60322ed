using System.Text.Json.Serialization;

namespace Kata.Runner.Protocol;

/// <summary>What the tool asks of the child. Assemblies travel as bytes: no file that an answer deletes can be missed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "request")]
[JsonDerivedType(typeof(TestsRequest), "tests")]
[JsonDerivedType(typeof(RunRequest), "run")]
public abstract record ChildRequest;

/// <summary>The tests of the runs to come, sent when they are known: the child prepares them while the answer is compiled.</summary>
/// <param name="Key">By which runs name them.</param>
/// <param name="Assembly">Their assembly, compiled against the answer's surface.</param>
/// <param name="Symbols">Its debug symbols.</param>
public sealed record TestsRequest(string Key, byte[] Assembly, byte[]? Symbols) : ChildRequest;

/// <summary>What the child is to run.</summary>
/// <param name="Nonce">The secret of this run: every event carries it, so that no other run's event is taken for one of it.</param>
/// <param name="TestsKey">The tests, sent before.</param>
/// <param name="Answer">The answer's assembly.</param>
/// <param name="AnswerSymbols">Its debug symbols, for line numbers.</param>
/// <param name="PrepareAgain">Whether the next run will have the same tests.</param>
public sealed record RunRequest(string Nonce, string TestsKey, byte[] Answer, byte[]? AnswerSymbols, bool PrepareAgain) : ChildRequest;

/// <summary>What the child reports.</summary>
/// <param name="Nonce">The secret of the run that it belongs to.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ChildReady), "ready")]
[JsonDerivedType(typeof(TestsDiscovered), "discovered")]
[JsonDerivedType(typeof(TestStarted), "started")]
[JsonDerivedType(typeof(TestEnded), "ended")]
[JsonDerivedType(typeof(RunEnded), "done")]
public abstract record RunEvent(string Nonce);

/// <summary>The child is warm and waits for a request.</summary>
public sealed record ChildReady(string Nonce) : RunEvent(Nonce);

/// <summary>xunit's discovery is over.</summary>
/// <param name="Nonce">The secret of the run.</param>
/// <param name="Cases">Every case that was found.</param>
public sealed record TestsDiscovered(string Nonce, IReadOnlyList<DiscoveredCase> Cases) : RunEvent(Nonce);

/// <summary>One case of xunit.</summary>
/// <param name="Id">xunit's identity of it.</param>
/// <param name="Method">Type and method, for example <c>Kata055.WhyScaleScoresTests.Name</c>.</param>
/// <param name="IsTheory">Whether it may have more than one result.</param>
public sealed record DiscoveredCase(string Id, string Method, bool IsTheory);

/// <summary>A test is about to run.</summary>
/// <param name="Nonce">The secret of the run.</param>
/// <param name="CaseId">The case that it belongs to.</param>
/// <param name="Method">Type and method.</param>
/// <param name="Name">xunit's display name, with the row of data.</param>
public sealed record TestStarted(string Nonce, string CaseId, string Method, string Name) : RunEvent(Nonce);

/// <summary>How a test ended.</summary>
public enum EndedAs
{
    /// <summary>Without an error.</summary>
    Passed,

    /// <summary>With an error.</summary>
    Failed,

    /// <summary>It was not executed, on purpose.</summary>
    Skipped,
}

/// <summary>A test ended.</summary>
/// <param name="Nonce">The secret of the run.</param>
/// <param name="CaseId">The case that it belongs to.</param>
/// <param name="Method">Type and method.</param>
/// <param name="Name">xunit's display name, with the row of data.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">What xunit says about it.</param>
/// <param name="Exception">The exception's type.</param>
/// <param name="StackTrace">Where it was thrown.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record TestEnded(
    string Nonce,
    string CaseId,
    string Method,
    string Name,
    EndedAs Outcome,
    string? Message,
    string? Exception,
    string? StackTrace,
    double Milliseconds) : RunEvent(Nonce);

/// <summary>The last message of a run: tests are over, finalizers have run, and the process looked at itself.</summary>
/// <param name="Nonce">The secret of the run.</param>
/// <param name="Errors">Errors of xunit outside a test.</param>
/// <param name="LeftBehind">Work that the answer left running.</param>
/// <param name="Changes">Settings of the process that tests changed; they were put back.</param>
/// <param name="Clean">Whether the next answer may run in this process.</param>
/// <param name="MemoryBytes">What the process holds.</param>
public sealed record RunEnded(
    string Nonce,
    IReadOnlyList<string> Errors,
    LeftBehind LeftBehind,
    IReadOnlyList<SettingChange> Changes,
    bool Clean,
    long MemoryBytes) : RunEvent(Nonce);

/// <summary>How many tasks, threads and processes are still running after the last test.</summary>
public sealed record LeftBehind(int Tasks, int Threads, int Processes)
{
    /// <summary>Whether it is nothing.</summary>
    [JsonIgnore]
    public bool IsNothing => this is { Tasks: 0, Threads: 0, Processes: 0 };
}

/// <summary>A setting of the whole process.</summary>
public enum ProcessSetting
{
    /// <summary>The culture of threads to come.</summary>
    Culture,

    /// <summary>The current directory.</summary>
    Directory,

    /// <summary>Where the console's streams lead.</summary>
    Console,

    /// <summary>An environment variable.</summary>
    Variable,
}

/// <summary>A change of a setting that was found after a test.</summary>
/// <param name="Test">The test's display name; null when it was found after the last one.</param>
/// <param name="Setting">What was changed.</param>
/// <param name="Variable">The variable's name.</param>
public sealed record SettingChange(string? Test, ProcessSetting Setting, string? Variable = null);

/// <summary>How messages become JSON, generated at build time: reflection would cost a cold start 50 ms.</summary>
[JsonSerializable(typeof(ChildRequest))]
[JsonSerializable(typeof(RunEvent))]
public sealed partial class ProtocolJson : JsonSerializerContext;
