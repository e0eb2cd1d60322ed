using Kata.Runner.Protocol;

namespace Kata.Engine.Run;

/// <summary>How a run came to its end.</summary>
internal enum RunEnd
{
    /// <summary>The child said so.</summary>
    Completed,

    /// <summary>The time limit was reached.</summary>
    TimedOut,

    /// <summary>The process ended.</summary>
    Exited,

    /// <summary>More output than anybody reads.</summary>
    Flooded,

    /// <summary>Something that is not ours came through the private channel.</summary>
    ProtocolBroken,
}

/// <summary>What a child reported, and how that ended.</summary>
internal sealed class RunReport
{
    /// <summary>How the run ended.</summary>
    public RunEnd End { get; set; }

    /// <summary>The code that the process ended with.</summary>
    public int ExitCode { get; set; }

    /// <summary>xunit's discovery; null when the run did not get there.</summary>
    public TestsDiscovered? Discovered { get; set; }

    /// <summary>The tests that began.</summary>
    public List<TestStarted> Started { get; } = [];

    /// <summary>The tests that ended.</summary>
    public List<TestEnded> Ended { get; } = [];

    /// <summary>The child's last message.</summary>
    public RunEnded? Done { get; set; }

    /// <summary>What was printed.</summary>
    public string Output { get; set; } = "";

    /// <summary>What was printed as errors, the runtime's last words among it.</summary>
    public string Errors { get; set; } = "";

    /// <summary>Whether this was the process's first run: then nothing that came before can be to blame.</summary>
    public bool WasFirstOfProcess { get; set; }

    /// <summary>The test that began and did not end.</summary>
    public TestStarted? Unfinished => Started.LastOrDefault() is { } last && !Ended.Exists(ended => ended.Name == last.Name && ended.CaseId == last.CaseId) ? last : null;

    /// <summary>Whether the process may run another answer.</summary>
    public bool IsClean => End == RunEnd.Completed && Done is { Clean: true };
}
