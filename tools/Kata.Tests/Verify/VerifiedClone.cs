using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Kata.Engine.Verify;
using Kata.Tests.Support;

namespace Kata.Tests.Verify;

/// <summary>A clone with one kata, 055, in which a fault can be planted, found, and taken out again.</summary>
public sealed class VerifiedClone : IAsyncDisposable
{
    private readonly CloneFixture clone = new();
    private readonly RememberingChecker checker;

    /// <summary>Makes the clone.</summary>
    public VerifiedClone() => checker = new RememberingChecker(new Checker(clone.Repository));

    /// <summary>The clone.</summary>
    public Repository Repository => clone.Repository;

    /// <summary>The text of its reference.</summary>
    public string Reference => clone.Reference;

    /// <summary>The kata in it.</summary>
    public KataEntry Kata => KataCatalogue.Load(Repository).Katas.Single(kata => kata.Number == 55);

    /// <summary>What verify finds in the kata and around it.</summary>
    public async Task<IReadOnlyList<Finding>> VerifyAsync()
    {
        var verifier = new RepositoryVerifier(Repository, KataCatalogue.Load(Repository), checker);
        return [.. verifier.Strangers(), .. await verifier.VerifyAsync(Kata, CancellationToken.None)];
    }

    /// <summary>What verify finds while a file has another content; null deletes it.</summary>
    public async Task<IReadOnlyList<Finding>> VerifyWithAsync(string file, Func<string, string?> change)
    {
        var path = Path.Combine(Repository.Root, file);
        var folder = Path.GetDirectoryName(path)!;
        var isNewFolder = !Directory.Exists(folder);
        var before = File.Exists(path) ? await File.ReadAllTextAsync(path) : null;
        try
        {
            if (change(before ?? "") is { } text)
            {
                text.Should().NotBe(before, "a fault that is not planted cannot be found");
                Directory.CreateDirectory(folder);
                await File.WriteAllTextAsync(path, text);
            }
            else
            {
                File.Delete(path);
            }

            return await VerifyAsync();
        }
        finally
        {
            if (isNewFolder)
            {
                Directory.Delete(folder, recursive: true);
            }
            else if (before is null)
            {
                File.Delete(path);
            }
            else
            {
                await File.WriteAllTextAsync(path, before);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await checker.DisposeAsync();
        await clone.DisposeAsync();
    }
}
