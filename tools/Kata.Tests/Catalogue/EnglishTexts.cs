using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kata.Tests.Catalogue;

/// <summary>Messages that tests quote are English, whatever the language of the machine.</summary>
internal static class EnglishTexts
{
    /// <summary>Runs before the first test.</summary>
    [ModuleInitializer]
    internal static void Choose()
    {
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo("en");
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
    }
}
