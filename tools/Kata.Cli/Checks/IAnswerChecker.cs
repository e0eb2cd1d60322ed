using Kata.Engine.Verdicts;

namespace Kata.Cli.Checks;

/// <summary>What a command needs of whoever checks answers.</summary>
internal interface IAnswerChecker : IAsyncDisposable
{
    /// <summary>Checks one answer.</summary>
    Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation);
}
