using Kata.Engine.Compile;

namespace Kata.Engine.Verdicts;

/// <summary>Whoever checks answers.</summary>
public interface IAnswerChecker : IAsyncDisposable
{
    /// <summary>Tells what the compiler knows of an answer.</summary>
    AnswerInspector Inspector { get; }

    /// <summary>Checks one answer.</summary>
    Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation);
}
