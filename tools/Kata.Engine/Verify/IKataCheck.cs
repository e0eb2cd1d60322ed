using Kata.Engine.Catalogue;

namespace Kata.Engine.Verify;

/// <summary>One thing that must be true of every kata. Each is a class of its own, named as that sentence.</summary>
public interface IKataCheck
{
    /// <summary>Looks at one kata.</summary>
    /// <returns>What has to be put right; nothing when all is well.</returns>
    /// <exception cref="KataException">A file cannot be read; its message is a finding too.</exception>
    IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, CancellationToken cancellation);
}
