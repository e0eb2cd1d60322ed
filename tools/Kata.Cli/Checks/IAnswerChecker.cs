using Kata.Engine.Compile;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Checks;

/// <summary>What a command needs of whoever checks answers.</summary>
internal interface IAnswerChecker : IAsyncDisposable
{
    /// <summary>Tells what the compiler knows of an answer.</summary>
    AnswerInspector Inspector { get; }

    /// <summary>Checks one answer.</summary>
    Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation);
}
