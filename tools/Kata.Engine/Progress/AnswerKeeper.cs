using System.Globalization;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Progress;

/// <summary>Replaces answers without ever losing one: what was there goes to <c>.kata/backups</c> first.</summary>
/// <param name="repository">The clone.</param>
public sealed class AnswerKeeper(Repository repository)
{
    private readonly StubHistory stubs = new(repository);

    /// <summary>Puts the stub back.</summary>
    /// <returns>Where the answer is kept now, or null when the stub was there already.</returns>
    /// <exception cref="KataException">The stub cannot be found.</exception>
    public async Task<string?> ResetAsync(KataEntry kata, CancellationToken cancellation = default)
    {
        var backup = Replace(kata, await stubs.StubOfAsync(kata, cancellation).ConfigureAwait(false));
        if (backup is not null)
        {
            new HintLedger(repository).Forget(kata);
        }

        return backup;
    }

    /// <summary>Writes an answer in the place of the present one.</summary>
    /// <returns>Where the present one is kept now, or null when both are the same.</returns>
    public string? Replace(KataEntry kata, string text)
    {
        var present = File.Exists(kata.AnswerFile) ? File.ReadAllText(kata.AnswerFile) : null;
        if (present is not null && present.ReplaceLineEndings("\n") == text.ReplaceLineEndings("\n"))
        {
            return null;
        }

        var backup = BackUp(kata);
        AtomicFile.Write(kata.AnswerFile, text);
        return backup;
    }

    private string BackUp(KataEntry kata)
    {
        var time = DateTime.Now.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        var folder = Path.Combine(repository.State, "backups", $"{time}-{kata.Folder}");
        Directory.CreateDirectory(folder);
        var backup = Path.Combine(folder, Path.GetFileName(kata.AnswerFile));
        if (File.Exists(kata.AnswerFile))
        {
            File.Copy(kata.AnswerFile, backup);
        }
        else
        {
            File.WriteAllText(backup, "");
        }

        return backup;
    }
}
