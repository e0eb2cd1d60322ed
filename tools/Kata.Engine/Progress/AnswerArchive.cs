using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Progress;

/// <summary>What an import did.</summary>
/// <param name="Written">The katas whose answers were written, each with the backup of what was there.</param>
/// <param name="Unchanged">The katas whose answers were the same already.</param>
/// <param name="Unknown">The names in the file that are no kata of this clone.</param>
public sealed record ImportResult(
    IReadOnlyList<(KataEntry Kata, string Backup)> Written, IReadOnlyList<KataEntry> Unchanged, IReadOnlyList<string> Unknown);

/// <summary>
/// Carries answers from one machine to another in one JSON file:
/// <c>{ "format": "kata-answers-1", "answers": { "055-why-scale-scores": "namespace Kata055; …" } }</c>.
/// </summary>
/// <param name="catalogue">The katas of this clone.</param>
/// <param name="repository">The clone.</param>
public sealed class AnswerArchive(KataCatalogue catalogue, Repository repository)
{
    private const string Format = "kata-answers-1";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes all answers that a learner has begun.</summary>
    /// <returns>Their katas.</returns>
    public async Task<IReadOnlyList<KataEntry>> ExportAsync(string file, CancellationToken cancellation = default)
    {
        var changed = await new StubHistory(repository).ChangedFoldersAsync(cancellation).ConfigureAwait(false);
        var begun =
            from kata in catalogue.Katas
            let text = AnswerText.TryRead(kata.AnswerFile)
            where text is not null && (changed.Contains(kata.Folder) || !AnswerScan.Of(text).Untouched)
            select (Kata: kata, Text: text);
        var answers = begun.ToList();
        var content = new JsonObject(answers.Select(answer => KeyValuePair.Create<string, JsonNode?>(answer.Kata.Folder, answer.Text)));
        AtomicFile.Write(file, new JsonObject { ["format"] = Format, ["answers"] = content }.ToJsonString(Readable) + "\n");
        return [.. answers.Select(answer => answer.Kata)];
    }

    /// <summary>
    /// Reads answers. The file is read whole before the first is written; a name is only ever looked up in the
    /// catalogue, so that no name can lead out of the clone.
    /// </summary>
    /// <exception cref="KataException">The file does not exist or was not written by <see cref="ExportAsync"/>.</exception>
    public ImportResult Import(string file)
    {
        var answers = ReadAnswers(file);
        var katas = catalogue.Katas.ToDictionary(kata => kata.Folder);
        var keeper = new AnswerKeeper(repository);
        var written = new List<(KataEntry, string)>();
        var unchanged = new List<KataEntry>();
        var unknown = new List<string>();
        foreach (var (folder, text) in answers)
        {
            if (!katas.TryGetValue(folder, out var kata))
            {
                unknown.Add(folder);
            }
            else if (keeper.Replace(kata, text) is { } backup)
            {
                written.Add((kata, backup));
            }
            else
            {
                unchanged.Add(kata);
            }
        }

        return new ImportResult(written, unchanged, unknown);
    }

    private static List<(string Folder, string Text)> ReadAnswers(string file)
    {
        if (!File.Exists(file))
        {
            throw new KataException(Texts.ArchiveMissing.With(file));
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            return root.GetProperty("format").GetString() == Format
                ? [.. root.GetProperty("answers").EnumerateObject().Select(answer => (answer.Name, answer.Value.GetString() ?? throw NotAnArchive(file)))]
                : throw NotAnArchive(file);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw NotAnArchive(file);
        }
    }

    private static KataException NotAnArchive(string file) => new(Texts.NotAnArchive.With(file));
}
